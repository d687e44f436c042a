// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private static final TopicPartition CURRICULUM = new TopicPartition("curriculum.main", 0);
    private static final Duration SLOW = Duration.ofSeconds(90);

    private final MemoryCommits commits = new MemoryCommits();

    @Test
    void aLeaseIsValidFromTheTakeoverOnAndRenewedWithTheNextOffset() {
        // Given
        AtomicLong offset = new AtomicLong(40);

        // When
        try (Lease lease = new Lease(commits, CURRICULUM, offset::get)) {
            boolean first = lease.isValid();
            Awaitility.await().atMost(SLOW).until(() -> !commits.renewals.isEmpty());
            offset.set(56);
            Awaitility.await().atMost(SLOW).until(() -> commits.renewals.contains("curriculum.main-0@56"));

            // Then
            assertThat(first).isTrue();
            assertThat(commits.renewals.get(0)).isEqualTo("curriculum.main-0@40");
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void aTakeoverIsThrownToWhoAsks() {
        // Given
        commits.failure = new FencedException("anna", new IllegalStateException("epoch"));

        // When
        try (Lease lease = new Lease(commits, CURRICULUM, () -> 0)) {

            // Then
            Awaitility.await()
                    .atMost(SLOW)
                    .untilAsserted(() -> assertThatThrownBy(lease::isValid)
                            .isInstanceOf(FencedException.class)
                            .hasMessageContaining("another trainer has taken over student 'anna'"));
        }
    }

    @Test
    void aRenewalThatFailsEndsTheLease() {
        // Given
        commits.failure = new IllegalStateException("Kafka does not say whether a transaction was committed");

        // When
        try (Lease lease = new Lease(commits, CURRICULUM, () -> 0)) {

            // Then
            Awaitility.await()
                    .atMost(SLOW)
                    .untilAsserted(() -> assertThatThrownBy(lease::isValid)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("does not say"));
        }
        assertThat(commits.renewals).isEmpty();
    }

    @Test
    void aLeaseHoldsLongerThanSeveralRenewals() {
        assertThat(Lease.LEASE_DURATION).isGreaterThan(Lease.RENEWAL_PERIOD.multipliedBy(3));
    }
}
