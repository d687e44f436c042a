// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.GetPipelineStatusRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.PipelineServiceGrpc;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.ingest.Budget;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Uploads;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class AdmissionTest {

    private static final long ALL_BUT_A_LITTLE = (64L << 20) - 1000;

    @Inject
    Budget budget;

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
        // Then, always: everything that was taken is given back.
        await().atMost(Waits.PATIENT).until(() -> budget.taken() == 0);
    }

    @Test
    void anUploadIsRefusedBeforeItIsReadWhenTheMemoryIsFull() {
        // Given
        assertThat(budget.tryTake(ALL_BUT_A_LITTLE, false)).isTrue();

        // When
        HttpResponse<String> refused = upload(4000);
        budget.release(ALL_BUT_A_LITTLE);
        HttpResponse<String> stored = upload(4000);

        // Then
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(refused.body()).contains("RESOURCE_EXHAUSTED").contains("total-in-flight-bytes");
        assertThat(stored.statusCode()).isEqualTo(200);
    }

    @Test
    void aCallIsRefusedBeforeItsMessageIsReadWhenTheMemoryIsFull() {
        // Given
        var large = io.wildstream.contracts.v1.GetStudentRequest.newBuilder()
                .setStudent("x".repeat(4000))
                .build();
        var students = io.wildstream.contracts.v1.StudentServiceGrpc.newBlockingStub(door.channel());
        assertThat(budget.tryTake(ALL_BUT_A_LITTLE, false)).isTrue();

        // When
        StatusRuntimeException refused = Door.failure(() -> {
            var unused = students.getStudent(large);
        });
        boolean readable = PipelineServiceGrpc.newBlockingStub(door.channel())
                .getPipelineStatus(GetPipelineStatusRequest.getDefaultInstance())
                .hasTime();
        budget.release(ALL_BUT_A_LITTLE);
        Status.Code after = Door.code(() -> {
            var unused = students.getStudent(large);
        });

        // Then
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(ApiErrors.retryAfter(refused)).hasValue(2);
        assertThat(readable).isTrue();
        assertThat(after).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aStreamOfSamplesWaitsForRoom() {
        // Given
        assertThat(budget.tryTake(ALL_BUT_A_LITTLE, false)).isTrue();

        // When
        Uploads uploads = Uploads.start(
                door,
                List.of(Uploads.sample("w1", 5000), Uploads.sample("w2", 100_000), Uploads.sample("w3", 10))
                        .iterator());
        await().atMost(Waits.PATIENT).until(() -> uploads.sent() == 2); // and no more, by flow control
        boolean early = uploads.answer().isDone();
        budget.release(ALL_BUT_A_LITTLE);

        // Then
        IngestResponse response = uploads.await();
        assertThat(early).isFalse();
        assertThat(response.getAccepted()).isEqualTo(3);
    }

    @Test
    void aStreamThatIsCancelledWhileItWaitsGivesEverythingBack() {
        // Given
        assertThat(budget.tryTake(ALL_BUT_A_LITTLE, false)).isTrue();
        Uploads uploads =
                Uploads.startOpen(door, List.of(Uploads.sample("c1", 5000)).iterator());
        await().atMost(Waits.PATIENT).until(() -> uploads.sent() == 1);

        // When
        uploads.cancel();
        budget.release(ALL_BUT_A_LITTLE);

        // Then
        await().atMost(Waits.PATIENT).until(() -> budget.taken() == 0);
        assertThat(Uploads.send(door, List.of(Uploads.sample("c2", 5000))).getAccepted())
                .isEqualTo(1);
    }

    @Test
    void aCompressedCallIsRefused() {
        // Given
        var compressed = PipelineServiceGrpc.newBlockingStub(door.channel()).withCompression("gzip");

        // When
        StatusRuntimeException refused = Door.failure(() -> {
            var unused = compressed.getPipelineStatus(GetPipelineStatusRequest.getDefaultInstance());
        });

        // Then
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(refused.getStatus().getDescription()).contains("uncompressed");
        assertThat(turnedAway("compressed")).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "evil.example:8080", "127.0.0.1.evil.example", "0.0.0.0", "10.0.0.1", "ev il"})
    void onlyLoopbackNamesAreServedWithoutAToken(String host) throws IOException {
        // When
        String status = statusLine("GET /v1/status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

        // Then
        assertThat(status).matches("HTTP/1.1 4(21|00) .*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:80", "127.0.0.1", "127.1.2.3:9", "[::1]", "[::1]:8080"})
    void everyNameOfLoopbackIsServed(String host) throws IOException {
        // When
        String status = statusLine("GET /q/health/live HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

        // Then
        assertThat(status).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void aGrpcCallToAnotherNameIsRefused() {
        // Given
        var channel = NettyChannelBuilder.forAddress("127.0.0.1", door.port())
                .usePlaintext()
                .overrideAuthority("evil.example")
                .build();
        try {
            // When
            StatusRuntimeException refused = Door.failure(() -> {
                var unused = PipelineServiceGrpc.newBlockingStub(channel)
                        .getPipelineStatus(GetPipelineStatusRequest.getDefaultInstance());
            });

            // Then
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(refused.getStatus().getDescription()).contains("wildstream.gateway.token");
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void aPageOfAnotherOriginMayNotWrite() {
        // When
        HttpResponse<String> foreign = door.send(door.request("/v1/samples")
                .header("Content-Type", "image/png")
                .header("Origin", "http://evil.example")
                .POST(BodyPublishers.ofByteArray(new byte[100]))
                .build());
        HttpResponse<String> own = door.send(door.request("/v1/samples")
                .header("Content-Type", "image/png")
                .header("Origin", "http://127.0.0.1:" + door.port())
                .POST(BodyPublishers.ofByteArray(new byte[100]))
                .build());

        // Then
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(own.statusCode()).isEqualTo(200);
        assertThat(turnedAway("origin")).isPositive();
    }

    private double turnedAway(String reason) {
        return meters.get(GatewayMetrics.TURNED_AWAY)
                .tag(GatewayMetrics.REASON, reason)
                .counter()
                .count();
    }

    private HttpResponse<String> upload(int bytes) {
        return door.send(door.request("/v1/samples")
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofByteArray(new byte[bytes]))
                .build());
    }

    private String statusLine(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
            socket.setSoTimeout((int) Waits.PATIENT.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.lines().findFirst().orElse("");
        }
    }
}
