// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.LockedDoor;
import io.wildstream.gateway.testkit.Uploads;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Kafka loses the topic for a while, so that it takes no samples. */
@QuarkusTest
@TestProfile(LockedDoor.class)
@UsesQuarkus
class IngestWithoutKafkaTest {

    @Test
    void failsInBoundedTimeAndRecovers() throws Exception {
        // Given
        Topics topics = new Topics(Door.prefix());
        List<Sample> samples = IntStream.range(0, 50)
                .mapToObj(i -> Uploads.sample("s" + i, 1000))
                .toList();
        try (Door door = Door.withToken(LockedDoor.TOKEN);
                var admin = TestBroker.get().admin()) {
            assertThat(Uploads.send(door, samples).getAccepted()).isEqualTo(50);
            admin.deleteTopics(List.of(topics.samples())).all().get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);
            long begun = System.nanoTime();

            // When
            StatusRuntimeException failure =
                    catchThrowableOfType(StatusRuntimeException.class, () -> Uploads.send(door, samples));
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            int rest = door.send(door.request("/v1/samples")
                            .header("Content-Type", "image/png")
                            .POST(BodyPublishers.ofByteArray(new byte[] {1}))
                            .build())
                    .statusCode();

            // Then
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(failure.getStatus().getDescription()).contains("0 samples of this call are stored");
            assertThat(took).isLessThan(Waits.PATIENT);
            assertThat(rest).isEqualTo(503);
            admin.createTopics(List.of(topics.stream(topics.samples(), 4)))
                    .all()
                    .get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);
            await().ignoreExceptions().until(() -> Uploads.send(door, samples).getAccepted() == 50);
        }
    }
}
