// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RetentionLossTest {

    private static final TopicPartition FIRST = new TopicPartition("samples", 0);
    private static final TopicPartition SECOND = new TopicPartition("samples", 1);

    private final RetentionLoss loss = new RetentionLoss();

    @Test
    void shouldFindNothingLostWhileTheGroupIsAheadOfTheLogsBeginning() {
        // When
        loss.update(FIRST, 10, 0);
        loss.update(FIRST, 10, 10);

        // Then
        assertThat(loss.records()).isZero();
    }

    @Test
    void shouldCountEachLostRecordOnce() {
        // When
        loss.update(FIRST, 10, 14);
        loss.update(FIRST, 10, 14);
        loss.update(FIRST, 10, 15);
        loss.update(SECOND, 3, 4);

        // Then
        assertThat(loss.records()).isEqualTo(6);
    }

    @Test
    void shouldCountAnotherLossAfterTheGroupHasGoneOn() {
        // When
        loss.update(FIRST, 10, 15);
        loss.update(FIRST, 15, 15);
        loss.update(FIRST, 15, 17);

        // Then
        assertThat(loss.records()).isEqualTo(7);
    }
}
