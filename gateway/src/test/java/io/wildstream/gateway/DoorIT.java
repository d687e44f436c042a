// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.wildstream.contracts.testkit.UsesCluster;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.GetStudentRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.RunningGateway;
import io.wildstream.gateway.testkit.Uploads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flood by each way into the gateway as it is shipped, with the heap that the launcher gives it. */
@UsesCluster
class DoorIT {

    /** The heap that the launcher gives; the images' is larger. */
    private static final String HEAP = "384m";

    private static final int AT_ONCE = 24;
    private static final int BYTES = 8_000_000;
    private static final int CONNECTIONS = 60;

    @TempDir
    static Path directory;

    private static RunningGateway gateway;
    private static Door door;

    @BeforeAll
    static void start() throws IOException {
        gateway = new RunningGateway(
                directory, HEAP, Map.of("wildstream.gateway.max-connections", Integer.toString(CONNECTIONS)));
        door = new Door(gateway.port(), 1 << 20);
    }

    @AfterAll
    static void stop() {
        door.close();
        gateway.close();
    }

    @Test
    void uploadsAtOnceAreStoredOrRefusedWithATimeToWait() {
        // Given
        HttpClient http = HttpClient.newHttpClient();
        byte[] body = new byte[BYTES];

        // When
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> http.sendAsync(
                        door.request("/v1/samples")
                                .version(HttpClient.Version.HTTP_1_1)
                                .header("Content-Type", "image/png")
                                .POST(BodyPublishers.ofByteArray(body))
                                .build(),
                        BodyHandlers.ofString()))
                .toList();

        // Then
        List<HttpResponse<String>> responses =
                answers.stream().map(CompletableFuture::join).toList();
        assertThat(responses).allMatch(response -> response.statusCode() == 200 || response.statusCode() == 429);
        assertThat(responses).anyMatch(response -> response.statusCode() == 200);
        assertThat(responses)
                .filteredOn(response -> response.statusCode() == 429)
                .allSatisfy(refused ->
                        assertThat(refused.headers().firstValue("Retry-After")).hasValue("2"));
        assertThat(gateway.isAlive()).isTrue();
    }

    @Test
    void streamsAtOnceAreSlowedAndLoseNothing() {
        // Given
        Sample large = Uploads.sample("large", BYTES);

        // When
        List<Uploads> streams = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> Uploads.start(door, List.of(large, large, large).iterator()))
                .toList();

        // Then
        assertThat(streams)
                .extracting(Uploads::await)
                .extracting(IngestResponse::getAccepted)
                .containsOnly(3L);
        assertThat(gateway.isAlive()).isTrue();
    }

    @Test
    void unaryCallsAtOnceAreAnsweredOrRefusedWithATimeToWait() {
        // Given
        GetStudentRequest huge = GetStudentRequest.newBuilder()
                .setStudent("nobody")
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                99,
                                Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFrom(new byte[BYTES]))
                                        .build())
                        .build())
                .build();

        // When
        List<CompletableFuture<StatusRuntimeException>> answers = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> Door.failure(() -> {
                    var unused =
                            StudentServiceGrpc.newBlockingStub(door.channel()).getStudent(huge);
                })))
                .toList();

        // Then
        assertThat(answers)
                .extracting(CompletableFuture::join)
                .allMatch(failure -> failure.getStatus().getCode() == Status.Code.NOT_FOUND
                        || ApiErrors.retryAfter(failure).isPresent());
        assertThat(gateway.isAlive()).isTrue();
    }

    @Test
    void connectionsWithoutARequestAreBoundedAndEndSoon() throws IOException {
        // Given
        List<Socket> silent = new ArrayList<>();
        try {
            // When
            for (int i = 0; i < 2 * CONNECTIONS; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                // A header that never ends is no request either.
                socket.getOutputStream()
                        .write((i % 2 == 0 ? "" : "GET / HTTP/1.1\r\nX-A: b").getBytes(StandardCharsets.UTF_8));
                silent.add(socket);
            }

            // Then
            for (Socket socket : silent) {
                socket.setSoTimeout((int) Waits.PATIENT.toMillis());
                assertThat(isClosed(socket)).isTrue();
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
        await().atMost(Waits.PATIENT).until(() -> door.get("/q/health/live").statusCode() == 200);
        // More than so many were refused.
        assertThat(gateway.log().lines().filter(line -> line.contains("refused {")))
                .hasSizeLessThan(CONNECTIONS / 2);
    }

    @Test
    void aConnectionDoesNotStayByAskingForTheHealth() throws IOException {
        // Given
        byte[] request = "GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout((int) Waits.PATIENT.toMillis());

            // When
            await().atMost(Waits.PATIENT).until(() -> isClosedAfter(socket, request));
        }

        // Then
        assertThat(gateway.isAlive()).isTrue();
    }

    @Test
    void aConnectionThatIsUpgradedIsForgottenWhenItEnds() throws IOException {
        // Given
        String upgrade = "GET /q/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";

        // When
        for (int i = 0; i < 2 * CONNECTIONS; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
                socket.setSoTimeout((int) Waits.PATIENT.toMillis());
                socket.getOutputStream().write(upgrade.getBytes(StandardCharsets.UTF_8));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
        }

        // Then
        assertThat(door.get("/q/health/live").statusCode()).isEqualTo(200);
    }

    private static boolean isClosedAfter(Socket socket, byte[] request) {
        try {
            socket.getOutputStream().write(request);
        } catch (IOException e) {
            return true; // reset
        }
        return isClosed(socket);
    }

    private static boolean isClosed(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }
}
