// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutagesTest {

    private final AtomicLong clock = new AtomicLong(1);
    private final Outages outages = new Outages(Duration.ofMinutes(10), clock::get);

    @Test
    void aStoreThatNobodyAsksForIsNotWaitedFor() {
        // Given
        outages.failed("s3://photos", "connection refused");
        pass(Duration.ofMinutes(14));
        assertThat(outages.longest()).isEqualTo(Duration.ofMinutes(14));
        assertThat(outages.problem()).contains("s3://photos", "840 s", "connection refused");

        // When
        pass(Duration.ofMinutes(2));

        // Then
        assertThat(outages.longest()).isZero();
        assertThat(outages.problem()).isEmpty();
    }

    @Test
    void aStoreThatIsAskedNowAndThenIsNotWaitedForAnew() {
        // Given
        outages.failed("s3://photos", "connection refused");

        // When
        pass(Duration.ofHours(1));

        // Then
        assertThat(outages.failed("s3://photos", "connection refused")).isTrue();
        assertThat(outages.longest()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aStoreThatWasNotAskedForADayIsWaitedForAnew() {
        // Given
        outages.failed("s3://photos", "connection refused");

        // When
        pass(Duration.ofHours(25));

        // Then
        assertThat(outages.failed("s3://photos", "connection refused")).isFalse();
        assertThat(outages.longest()).isZero();
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }
}
