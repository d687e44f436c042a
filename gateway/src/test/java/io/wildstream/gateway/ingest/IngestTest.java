// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.EndStreamRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestServiceGrpc;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.ConfigChecks;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Uploads;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class IngestTest {

    @Inject
    MeterRegistry meters;

    private Door door;

    @BeforeEach
    void open() {
        door = new Door();
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void storesEverySampleAndTellsWhere() throws Exception {
        // Given
        String run = UUID.randomUUID().toString();
        List<Sample> samples = IntStream.range(0, 300)
                .mapToObj(i -> Uploads.sample(run + i, 100 + i))
                .toList();

        // When
        IngestResponse response = Uploads.send(door, samples);

        // Then
        assertThat(response.getAccepted()).isEqualTo(300);
        assertThat(response.getRefused()).isZero();
        List<ConsumerRecord<byte[], byte[]>> log = log();
        for (int i = 0; i < samples.size(); i++) {
            var result = response.getResults(i);
            assertThat(result.getId()).isEqualTo(run + i);
            ConsumerRecord<byte[], byte[]> record = at(
                    log,
                    result.getPosition().getPartition(),
                    result.getPosition().getOffset());
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(run + i);
            assertThat(Sample.parseFrom(record.value())).isEqualTo(samples.get(i));
            assertThat(CloudEvents.text(record.headers(), CloudEvents.TYPE)).isEqualTo("wildstream.v1.Sample");
            assertThat(CloudEvents.text(record.headers(), CloudEvents.ID)).isEqualTo(run + i);
        }
        assertThat(response.getResultsList().stream()
                        .map(result -> result.getPosition().getPartition()))
                .contains(0, 1, 2, 3);
    }

    @Test
    void refusesBadSamplesOneByOne() {
        // Given
        Sample good = Uploads.sample("", 10);
        List<Sample> samples = List.of(
                good,
                good.toBuilder().setId("x".repeat(257)).build(),
                good.toBuilder().setId("a\nb").build(),
                good.toBuilder().setSource("s".repeat(257)).build(),
                good.toBuilder().setContentType("image/svg+xml").build(),
                good.toBuilder()
                        .setContentType("application/x-tensor;dtype=float64;shape=1,2,3")
                        .build(),
                good.toBuilder().setPayload(ByteString.EMPTY).build(),
                Uploads.sample("large", ConfigChecks.LARGEST_PAYLOAD + 1),
                good);
        double before = refusals("too_large");

        // When
        IngestResponse response = Uploads.send(door, samples);

        // Then
        assertThat(response.getAccepted()).isEqualTo(2);
        assertThat(response.getRefused()).isEqualTo(7);
        assertThat(response.getResultsList().stream()
                        .map(result -> result.getError().split(":")[0]))
                .containsExactly(
                        "",
                        "sample.id",
                        "sample.id",
                        "sample.source",
                        "sample.content_type",
                        "sample.content_type",
                        "sample.payload",
                        "sample.payload",
                        "");
        assertThat(UUID.fromString(response.getResults(0).getId()))
                .isNotEqualTo(UUID.fromString(response.getResults(8).getId()));
        assertThat(response.getResults(1).hasPosition()).isFalse();
        assertThat(refusals("too_large")).isEqualTo(before + 1);
    }

    @Test
    void refusesARequestWithoutSample() {
        // Given
        var answer = new java.util.concurrent.CompletableFuture<IngestResponse>();
        var call = IngestServiceGrpc.newStub(door.channel()).ingest(new io.grpc.stub.StreamObserver<>() {
            @Override
            public void onNext(IngestResponse value) {
                answer.complete(value);
            }

            @Override
            public void onError(Throwable error) {
                answer.completeExceptionally(error);
            }

            @Override
            public void onCompleted() {}
        });

        // When
        call.onNext(io.wildstream.contracts.v1.IngestRequest.getDefaultInstance());
        call.onCompleted();

        // Then
        assertThat(answer.join().getResults(0).getError()).isEqualTo("sample: is missing");
    }

    @Test
    void storesTheLargestPayload() {
        // Given
        Sample largest = Uploads.sample("largest", ConfigChecks.LARGEST_PAYLOAD);

        // When
        IngestResponse response = Uploads.send(door, List.of(largest));

        // Then
        assertThat(response.getResults(0).getError()).isEmpty();
        assertThat(response.getAccepted()).isEqualTo(1);
    }

    @Test
    void refusesAMessageThatNoSampleCanFill() {
        // Given
        Sample huge = Uploads.sample("huge", ConfigChecks.LARGEST_MESSAGE + 1);

        // When
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> Uploads.send(door, List.of(huge)));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        awaitNothingInFlight();
    }

    @Test
    void takesAtMost65536Samples() {
        // Given
        Sample small = Uploads.sample("small", 1);

        // When
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> Uploads.start(
                                door, Stream.generate(() -> small).limit(65_537).iterator())
                        .await());

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
        assertThat(failure.getStatus().getDescription())
                .contains("65536")
                .contains("65536 samples of this call are stored");
    }

    @Test
    void aCancelledCallLeavesNothing() {
        // Given
        Uploads uploads = Uploads.startOpen(
                door,
                IntStream.range(0, 200)
                        .mapToObj(i -> Uploads.sample("cancelled" + i, 1000))
                        .iterator());
        await().until(() -> uploads.sent() == 200);

        // When
        uploads.cancel();

        // Then
        awaitNothingInFlight();
    }

    @Test
    void limitsTheNumberOfCalls() {
        // Given
        List<Uploads> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            open.add(Uploads.startOpen(
                    door, List.of(Uploads.sample("open" + i, 10)).iterator()));
        }
        await().until(() -> gauge(GatewayMetrics.STREAMS, "Ingest") == 3);

        // When
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class, () -> Uploads.send(door, List.of(Uploads.sample("one-more", 10))));

        // Then
        open.forEach(Uploads::cancel);
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(failure.getStatus().getDescription()).contains("wildstream.gateway.max-ingest-calls");
        awaitNothingInFlight();
    }

    @Test
    void marksTheEndInEveryPartition() throws Exception {
        // Given
        IngestResponse before = Uploads.send(door, List.of(Uploads.sample("before-the-end", 10)));
        var position = before.getResults(0).getPosition();

        IngestServiceGrpc.IngestServiceBlockingStub ingest = IngestServiceGrpc.newBlockingStub(door.channel());

        // When: one empty call, one that was meant for the stream of some time ago, and one that says where it ends
        StatusRuntimeException empty = Door.failure(() -> ingest.endStream(EndStreamRequest.getDefaultInstance()));
        StatusRuntimeException late = Door.failure(() ->
                ingest.endStream(EndStreamRequest.newBuilder().addEndOffsets(0).build()));
        List<Long> ends = Pattern.compile("end at \\[([^]]*)] now")
                .matcher(String.valueOf(empty.getStatus().getDescription()))
                .results()
                .flatMap(found -> Stream.of(found.group(1).split(", ", -1)))
                .map(Long::valueOf)
                .toList();
        assertThat(log()).noneMatch(record -> CloudEvents.isEndOfStream(record.headers()));
        var response = ingest.endStream(
                EndStreamRequest.newBuilder().addAllEndOffsets(ends).build());

        // Then
        assertThat(empty.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(empty.getStatus().getDescription()).contains("ends every student of it", "or confirm");
        assertThat(late.getStatus().getDescription()).contains("does not end at end_offsets [0]");
        assertThat(response.getPartitions()).isEqualTo(4);
        assertThat(ingest.endStream(
                                EndStreamRequest.newBuilder().setConfirm(true).build())
                        .getPartitions())
                .isEqualTo(4);
        Set<Integer> marked = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : log()) {
            if (CloudEvents.isEndOfStream(record.headers())) {
                EndOfStream end = EndOfStream.parseFrom(record.value());
                assertThat(end.getSourcePartition()).isEqualTo(record.partition());
                assertThat(end.getPartitions()).isEqualTo(4);
                marked.add(record.partition());
                if (record.partition() == position.getPartition()) {
                    assertThat(record.offset()).isGreaterThan(position.getOffset());
                }
            }
        }
        assertThat(marked).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    private void awaitNothingInFlight() {
        await().untilAsserted(() -> {
            assertThat(gauge(GatewayMetrics.IN_FLIGHT, null)).isZero();
            assertThat(gauge(GatewayMetrics.IN_FLIGHT_BYTES, null)).isZero();
            assertThat(gauge(GatewayMetrics.STREAMS, "Ingest")).isZero();
        });
    }

    private double gauge(String name, String method) {
        var search = meters.get(name);
        return (method == null ? search : search.tag(GatewayMetrics.METHOD, method))
                .gauge()
                .value();
    }

    private double refusals(String reason) {
        return meters.get(GatewayMetrics.REFUSED)
                .tag(GatewayMetrics.REASON, reason)
                .counter()
                .count();
    }

    private static List<ConsumerRecord<byte[], byte[]>> log() {
        return TestLog.committed(new Topics(Door.prefix()).samples());
    }

    private static ConsumerRecord<byte[], byte[]> at(
            List<ConsumerRecord<byte[], byte[]>> log, int partition, long offset) {
        return log.stream()
                .filter(record -> record.partition() == partition && record.offset() == offset)
                .findFirst()
                .orElseThrow();
    }
}
