// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.gateway.Kafkas;
import io.wildstream.gateway.TestMetrics;
import io.wildstream.gateway.testkit.Configs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@UsesBroker
class ControlWriterTest {

    private static final String KEY = ControlKeys.curriculum("shared");

    @Test
    void asecondGatewayTakesOverAndGenerationsStayInOrder() throws Exception {
        // Given
        String prefix = TestBroker.prefix(getClass());
        try (Gateway first = new Gateway(prefix);
                Gateway second = new Gateway(prefix)) {
            first.write(0.1);
            second.write(0.2);

            // When
            StatusRuntimeException fenced = catchThrowableOfType(StatusRuntimeException.class, () -> first.write(0.3));
            ControlRecord again = first.write(0.3);

            // Then
            assertThat(fenced.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(again.getGeneration()).isEqualTo(3);
            List<Long> generations = new java.util.ArrayList<>();
            for (var record : TestLog.committed(prefix + ".control")) {
                generations.add(ControlRecord.parseFrom(record.value()).getGeneration());
            }
            assertThat(generations).containsExactly(1L, 2L, 3L);
            assertThat(first.state.curricula()).containsKey("shared");
        }
    }

    @Test
    void answersUnavailableWhenKafkaIsNotThere() {
        // Given
        try (Kafkas kafka = new Kafkas(Configs.cluster(Map.of()), Configs.kafka("127.0.0.1:1"))) {
            ClusterState state = new ClusterState(kafka.kafka(), TestMetrics.of(new SimpleMeterRegistry()));
            ControlWriter writer = new ControlWriter(kafka.kafka(), state);

            // When
            StatusRuntimeException failure =
                    catchThrowableOfType(StatusRuntimeException.class, () -> writer.change(KEY, before -> null));

            // Then
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    private static final class Gateway implements AutoCloseable {
        private final Kafkas kafka;
        private final ClusterState state;
        private final ControlWriter writer;

        Gateway(String prefix) {
            kafka = new Kafkas(
                    Configs.cluster(Map.of("wildstream.topic-prefix", prefix)),
                    Configs.kafka(TestBroker.get().bootstrapServers()));
            kafka.kafka().ensureTopics();
            state = new ClusterState(kafka.kafka(), TestMetrics.of(new SimpleMeterRegistry()));
            state.start();
            writer = new ControlWriter(kafka.kafka(), state);
        }

        ControlRecord write(double rate) {
            ControlRecord record = ControlRecord.newBuilder()
                    .setSelectionPolicy(SelectionPolicy.newBuilder()
                            .setRandom(RandomPolicy.newBuilder().setRate(rate)))
                    .build();
            return writer.change(KEY, before -> new ControlWriter.Change(record, List.of()));
        }

        @Override
        public void close() {
            writer.close();
            state.close();
            kafka.close();
        }
    }
}
