// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.teacher.Stream;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

@UsesBroker
class OutputPartitionsTest {

    private final Stream stream = new Stream(OutputPartitionsTest.class);

    @Test
    void namesTheNumberOfPartitionsOfSamplesAndNotThatOfThisInstance() {
        // Given
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.grow(admin, stream.topics().samples(), 8);
        }
        TopicPartition own = new TopicPartition(stream.topics().samples(), 4);

        // When
        try (OutputPartitions partitions = new OutputPartitions(TestBroker.get().client(), stream.topics(), false)) {
            assertThat(partitions.without(List.of(own))).containsExactly(own);

            // Then
            assertThat(partitions.problem()).startsWith("partition 4 of ").contains("--partitions 8");
        }
    }
}
