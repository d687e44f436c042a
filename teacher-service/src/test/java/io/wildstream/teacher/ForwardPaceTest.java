// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.TeacherReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ForwardPaceTest {

    private final ForwardPace pace = new ForwardPace(Duration.ofSeconds(10));
    private final TeacherReference teacher =
            TeacherReference.newBuilder().setName("one").build();

    @Test
    void shouldTakeFewSamplesOfATeacherWhosePaceNobodyKnows() {
        // When // Then
        assertThat(pace.most(teacher)).isEqualTo(ForwardPace.FIRST);
        pace.took(8, Duration.ofMillis(8).toNanos());
        assertThat(pace.most(teacher)).isEqualTo(10_000);
        assertThat(pace.most(teacher.toBuilder().setGeneration(2).build())).isEqualTo(ForwardPace.FIRST);
    }

    @Test
    void shouldTakeFewerAtOnceWhenAPassIsSlowAndMoreOnlyByAndBy() {
        // Given
        assertThat(pace.most(teacher)).isEqualTo(ForwardPace.FIRST);
        pace.took(8, Duration.ofSeconds(8).toNanos());

        // When // Then
        assertThat(pace.most(teacher)).isEqualTo(10);
        pace.took(10, Duration.ofSeconds(100).toNanos());
        assertThat(pace.most(teacher)).isEqualTo(1);
        pace.took(1, Duration.ofSeconds(40).toNanos());
        assertThat(pace.most(teacher)).isEqualTo(1);
        pace.took(1, Duration.ofSeconds(1).toNanos());
        assertThat(pace.most(teacher)).isEqualTo(1);
        for (int i = 0; i < 30; i++) {
            pace.took(1, Duration.ofSeconds(1).toNanos());
        }
        assertThat(pace.most(teacher)).isBetween(9, 10);
    }
}
