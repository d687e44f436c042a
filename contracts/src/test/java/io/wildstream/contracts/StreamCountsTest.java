// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StreamCountsTest {

    @Test
    void countsWhatBecameOfEachSample() {
        // When
        StreamCounts counts = StreamCounts.before(7)
                .withOutput()
                .withOutput()
                .withDeadLetter()
                .plus(new StreamCounts(10, 20, 30));

        // Then
        assertThat(counts).isEqualTo(new StreamCounts(20, 22, 31));
    }

    @Test
    void theMetadataOfAnOffsetHoldsThem() {
        // Given
        StreamCounts counts = new StreamCounts(123, 120, 3);

        // When, Then
        assertThat(counts.metadata()).isEqualTo("samples=123 outputs=120 dead=3");
        assertThat(StreamCounts.of(counts.metadata())).contains(counts);
        assertThat(StreamCounts.of(counts.metadata() + " begun=2")).contains(counts);
    }

    @Test
    void otherMetadataHoldsNone() {
        for (String metadata : List.of(
                "", "samples=1", "samples=-1 outputs=0 dead=0", "samples=9999999999999999999 outputs=0 dead=0")) {
            assertThat(StreamCounts.of(metadata)).as(metadata).isEmpty();
        }
    }
}
