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
        loss.look(FIRST, 10, 0);
        loss.look(FIRST, 10, 10);

        // Then
        assertThat(loss.records()).isZero();
    }

    @Test
    void shouldCountEachLostRecordOnce() {
        // When
        loss.look(FIRST, 10, 14);
        loss.look(FIRST, 10, 14);
        loss.look(FIRST, 10, 15);
        loss.look(SECOND, 3, 4);

        // Then
        assertThat(loss.records()).isEqualTo(6);
    }

    @Test
    void shouldCountAnotherLossAfterTheGroupHasGoneOn() {
        // When
        loss.look(FIRST, 10, 15);
        loss.look(FIRST, 15, 15);
        loss.look(FIRST, 15, 17);

        // Then
        assertThat(loss.records()).isEqualTo(7);
    }
}
