// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.gateway.ingest.Budget;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.LockedDoor;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that begin and do not go on, and those that need no token: neither keeps room. */
@QuarkusTest
@TestProfile(LockedDoor.class)
@UsesQuarkus
class SlowClientsTest {

    @Inject
    Budget budget;

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
    void aLateBodyEndsItsOwnStreamOnly() {
        // Given
        Vertx vertx = Vertx.vertx();
        try {
            HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false));
            HttpClientRequest late = request(client, HttpMethod.POST, "/v1/samples");
            CompletableFuture<Void> closed = new CompletableFuture<>();
            late.connection().closeHandler(closed::complete);

            // When
            late.putHeader("Content-Type", "image/png").setChunked(true);
            get(late.write("not all of it"));
            HttpClientResponse refused = get(late.response());

            // Then
            assertThat(refused.statusCode()).isEqualTo(408);
            HttpClientRequest next = request(client, HttpMethod.GET, "/v1/status");
            assertThat(get(next.send()).statusCode()).isEqualTo(200);
            assertThat(next.connection()).isSameAs(late.connection());
            assertThat(closed).isNotDone();
        } finally {
            get(vertx.close());
        }
    }

    @Test
    void aHealthCheckThatDoesNotEndIsRefused() {
        // Given
        ClientCall<HealthCheckRequest, HealthCheckResponse> call =
                door.channel().newCall(HealthGrpc.getCheckMethod(), CallOptions.DEFAULT);
        CompletableFuture<Status.Code> ended = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.complete(status.getCode());
                    }
                },
                new Metadata());
        call.request(1);

        // When
        call.sendMessage(HealthCheckRequest.newBuilder().setService("some").build());

        // Then
        assertThat(ended).succeedsWithin(Waits.PATIENT).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    @Test
    void aHealthCheckIsShort() {
        // Given
        HealthCheckRequest large =
                HealthCheckRequest.newBuilder().setService("x".repeat(2000)).build();

        // When
        StatusRuntimeException refused = Door.failure(() -> {
            var unused = HealthGrpc.newBlockingStub(door.channel()).check(large);
        });

        // Then
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getStatus().getDescription()).contains("1024 bytes");
    }

    @Test
    void aHealthCheckByRestTakesNoRoom() throws IOException {
        // Given
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
            socket.setSoTimeout((int) Waits.PATIENT.toMillis());

            // When
            socket.getOutputStream()
                    .write("GET /q/health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);

            // Then
            assertThat(answer).isEqualTo("HTTP/1.1 413");
        }
    }

    private HttpClientRequest request(HttpClient client, HttpMethod method, String path) {
        return get(client.request(method, door.port(), "127.0.0.1", path))
                .putHeader("Authorization", "Bearer " + LockedDoor.TOKEN);
    }

    private static <T> T get(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
