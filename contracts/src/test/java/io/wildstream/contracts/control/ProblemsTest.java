// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProblemsTest {

    @Test
    void leavesOutWhatIsEmpty() {
        assertThat(Problems.joined(Stream.of("", "no disk", "", "no Kafka"))).isEqualTo("no disk; no Kafka");
        assertThat(Problems.joined(Stream.of("", ""))).isEmpty();
    }
}
