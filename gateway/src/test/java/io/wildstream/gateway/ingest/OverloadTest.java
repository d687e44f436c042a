// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.SmallBacklog;
import io.wildstream.gateway.testkit.Uploads;
import jakarta.inject.Inject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Samples come faster than the teachers read; the teachers are their group's offsets, which the test moves. */
@QuarkusTest
@TestProfile(SmallBacklog.class)
@UsesQuarkus
class OverloadTest {

    private static final int LIMIT = SmallBacklog.LIMIT;
    private static final int IN_FLIGHT = SmallBacklog.IN_FLIGHT;

    @Inject
    MeterRegistry meters;

    private Topics topics;
    private Door door;
    private Admin admin;
    private Map<TopicPartition, Long> read = Map.of();

    @BeforeEach
    void open() throws Exception {
        topics = new Topics(Door.prefix());
        door = new Door();
        admin = TestBroker.get().admin();
        readAll();
        await().until(() -> gauge(GatewayMetrics.BACKLOG) == 0);
    }

    @AfterEach
    void close() {
        door.close();
        admin.close();
    }

    @Test
    void aStreamIsHeldUntilTheTeachersHaveRead() throws Exception {
        // Given
        int samples = 4 * LIMIT;
        double fullBefore =
                meters.get(GatewayMetrics.BACKLOG_FULL).functionCounter().count();

        // When
        Uploads uploads = Uploads.start(door, samples("held", samples));
        await().until(() -> gauge(GatewayMetrics.BACKLOG) >= LIMIT);
        long most = 0;
        while (!uploads.answer().isDone()) {
            most = Math.max(most, unread());
            if (gauge(GatewayMetrics.BACKLOG) >= LIMIT) {
                readAll();
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }

        // Then
        assertThat(uploads.await().getAccepted()).isEqualTo(samples);
        assertThat(most).isBetween((long) LIMIT, (long) LIMIT + IN_FLIGHT);
        assertThat(meters.get(GatewayMetrics.BACKLOG_FULL).functionCounter().count())
                .isGreaterThan(fullBefore);
    }

    @Test
    void aStreamThatWaitsTooLongIsToldWhatIsStored() throws Exception {
        // Given
        Uploads uploads = Uploads.start(door, samples("late", 4 * LIMIT));

        // When
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, uploads::await);

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(failure.getStatus().getDescription()).contains("wildstream.gateway.max-backlog is " + LIMIT);
        var details = StatusProto.fromThrowable(failure).getDetailsList();
        assertThat(details.get(0).unpack(RetryInfo.class).getRetryDelay().getSeconds())
                .isPositive();
        IngestResponse counts = details.get(1).unpack(IngestResponse.class);
        assertThat(counts.getAccepted()).isBetween((long) LIMIT, (long) LIMIT + IN_FLIGHT);
        assertThat(stored("late"))
                .isEqualTo(numbers(Math.toIntExact(counts.getAccepted())))
                .hasSizeLessThan(4 * LIMIT);
        assertThat(meters.get(GatewayMetrics.OVERLOADED).counter().count()).isPositive();
    }

    @Test
    void aSingleSampleIsRefusedWithATimeToWait() {
        // Given
        Uploads uploads = Uploads.startOpen(door, samples("single", 2 * LIMIT));
        await().until(() -> gauge(GatewayMetrics.BACKLOG) >= LIMIT);

        // When
        HttpResponse<String> response = door.send(door.request("/v1/samples")
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofByteArray(new byte[] {1}))
                .build());

        // Then
        uploads.cancel();
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(response.headers().firstValue("Retry-After").orElseThrow()))
                .isPositive();
        assertThat(new JsonObject(response.body()).getString("title")).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(meters.get(GatewayMetrics.REFUSED)
                        .tag(GatewayMetrics.REASON, "overload")
                        .counter()
                        .count())
                .isPositive();
    }

    private static Iterator<Sample> samples(String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Uploads.sample(name + "-" + i, 100))
                .iterator();
    }

    /** The numbers of the stored samples of this name. */
    private Set<Integer> stored(String name) {
        Set<Integer> numbers = new HashSet<>();
        TestLog.committed(topics.samples()).forEach(record -> {
            String id = new String(record.key(), java.nio.charset.StandardCharsets.UTF_8);
            if (id.startsWith(name + "-")) {
                numbers.add(Integer.parseInt(id.substring(name.length() + 1)));
            }
        });
        return numbers;
    }

    private static Set<Integer> numbers(int count) {
        Set<Integer> numbers = new HashSet<>();
        IntStream.range(0, count).forEach(numbers::add);
        return numbers;
    }

    /** Moves the teachers' group to the end. */
    private void readAll() throws Exception {
        read = ends();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        read.forEach((partition, end) -> offsets.put(partition, new OffsetAndMetadata(end)));
        admin.alterConsumerGroupOffsets(topics.prefix() + ".teacher", offsets)
                .all()
                .get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);
    }

    private long unread() throws Exception {
        return ends().entrySet().stream()
                .mapToLong(end -> end.getValue() - read.getOrDefault(end.getKey(), 0L))
                .sum();
    }

    private Map<TopicPartition, Long> ends() throws Exception {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        IntStream.range(0, 4).forEach(p -> asked.put(new TopicPartition(topics.samples(), p), OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(asked)
                .all()
                .get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)
                .forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }
}
