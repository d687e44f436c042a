// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.Page;
import io.wildstream.contracts.testkit.Shell;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.TestStudents;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class RestTest {

    @TempDir
    Path directory;

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
    void storesASampleAndCountsIt() throws Exception {
        // Given
        String id = "rest " + UUID.randomUUID();
        long before = records();

        // When
        HttpResponse<String> response =
                post("?source=rest&id=" + id.replace(" ", "%20"), "image/jpeg", new byte[] {1, 2, 3});

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        JsonObject result = new JsonObject(response.body());
        assertThat(result.getString("id")).isEqualTo(id);
        Sample sample = stored(result);
        assertThat(sample.getId()).isEqualTo(id);
        assertThat(sample.getSource()).isEqualTo("rest");
        assertThat(sample.getContentType()).isEqualTo("image/jpeg");
        assertThat(sample.getPayload().toByteArray()).containsExactly(1, 2, 3);
        await().until(() -> records() > before);
    }

    @Test
    void takesATensorWithItsParameters() {
        // Given
        String type = "application/x-tensor;dtype=uint8;shape=1,1,3";

        // When
        HttpResponse<String> response = post("", type, new byte[] {1, 2, 3});

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(UUID.fromString(new JsonObject(response.body()).getString("id")))
                .isNotNull();
    }

    @Test
    void takesAReferenceAsJson() throws Exception {
        // Given
        String json = """
                {"id": "photo-17", "reference": {"address": "s3://photos/17.jpg", "sizeBytes": "12"}}""";

        // When
        HttpResponse<String> response = post("?source=rest", "application/json; charset=utf-8", json.getBytes(UTF_8));

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(response.body()).getString("id")).isEqualTo("photo-17");
        var record = TestLog.committed(new Topics(Door.prefix()).samples()).stream()
                .filter(found -> "photo-17".equals(new String(found.key(), UTF_8)))
                .findFirst()
                .orElseThrow();
        assertThat(Sample.parseFrom(record.value()))
                .isEqualTo(Sample.newBuilder()
                        .setId("photo-17")
                        .setSource("rest")
                        .setReference(Reference.newBuilder()
                                .setAddress("s3://photos/17.jpg")
                                .setSizeBytes(12))
                        .build());
    }

    /** The request of docs/integrate.md, sent by the program that the page names. */
    @Test
    void takesTheReferenceOfThePage() throws Exception {
        // Given
        Shell.needs("curl");
        String block =
                Page.of("docs/integrate.md").blocks("By reference", "bash").get(0);
        String command = block.substring(block.indexOf("\ncurl ") + 1);

        // When
        String answer = run(command);

        // Then
        JsonObject result = new JsonObject(answer);
        assertThat(result.getString("id")).isEqualTo("17");
        assertThat(stored(result).getReference())
                .isEqualTo(
                        Reference.newBuilder().setAddress("s3://photos/17.jpg").build());
    }

    @Test
    void takesTheRowOfThePage() throws Exception {
        // Given
        Shell.needs("python3");
        String program =
                Page.of("docs/integrate.md").blocks("Tensors", "python").get(0);
        ByteBuffer row = ByteBuffer.allocate(32 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 32; i++) {
            row.putFloat(0.5f);
        }

        // When
        String printed = run("python3 - <<'END'\n" + program + "END");

        // Then
        Sample sample = stored(new JsonObject(printed));
        assertThat(sample.getContentType()).isEqualTo("application/x-tensor;dtype=float32;shape=32");
        assertThat(sample.getPayload()).isEqualTo(ByteString.copyFrom(row.flip()));
    }

    @Test
    void tellsTheFieldOfABadSample() {
        // Given
        byte[] nothing = {};

        // When
        HttpResponse<String> response = post("", "image/png", nothing);

        // Then
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getString("title")).isEqualTo("INVALID_ARGUMENT");
        assertThat(problem.getInteger("status")).isEqualTo(400);
        assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("field"))
                .isEqualTo("sample.payload");
    }

    @Test
    void refusesABodyThatNoSampleCanFill() throws Exception {
        // Given
        String announced = "POST /v1/samples HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: "
                + (10 << 20) + "\r\n\r\n";
        try (Socket socket = new Socket("127.0.0.1", door.port())) {

            // When
            socket.getOutputStream().write(announced.getBytes(US_ASCII));
            String status = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();

            // Then
            assertThat(status).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void mirrorsTheReads() {
        // Given
        await().until(() -> door.get("/v1/status").body().contains("gateway-under-test"));

        // When
        HttpResponse<String> curricula = door.get("/v1/curricula");
        HttpResponse<String> students = door.get("/v1/students");
        HttpResponse<String> teacher = door.get("/v1/teacher");
        HttpResponse<String> nobody = door.get("/v1/students/nobody");
        HttpResponse<String> badName = door.get("/v1/students/Bad%20Name");
        HttpResponse<String> nothing = door.get("/v1/nothing");

        // Then
        assertThat(new JsonObject(curricula.body()).getJsonArray("curricula")).isNotNull();
        assertThat(new JsonObject(students.body()).getJsonArray("students")).isNotNull();
        assertThat(new JsonObject(teacher.body()).getString("generation")).isEqualTo("0");
        assertThat(nobody.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(nobody.body()).getString("detail")).isEqualTo("student 'nobody' does not exist");
        assertThat(badName.statusCode()).isEqualTo(400);
        assertThat(nothing.statusCode()).isEqualTo(404);
    }

    @Test
    void describesItselfByOpenApi() {
        // Given
        String path = "/q/openapi?format=json";

        // When
        JsonObject document = new JsonObject(door.get(path).body());

        // Then
        JsonObject paths = document.getJsonObject("paths");
        assertThat(paths.fieldNames())
                .containsExactlyInAnyOrder(
                        "/v1/status",
                        "/v1/teacher",
                        "/v1/condensations",
                        "/v1/condensations/{name}",
                        "/v1/curricula",
                        "/v1/students",
                        "/v1/students/{id}",
                        "/v1/students/{id}/checkpoints",
                        "/v1/students/{id}/explanation",
                        "/v1/samples");
        assertThat(paths.getJsonObject("/v1/samples").getJsonObject("post").getString("description"))
                .isNotBlank();
        assertThat(document.getJsonObject("components")
                        .getJsonObject("securitySchemes")
                        .containsKey("token"))
                .isTrue();
    }

    @Test
    void isHealthyAndMeasured() {
        // Given
        post("", "image/svg+xml", new byte[] {1});

        // When
        HttpResponse<String> health =
                await().until(() -> door.get("/q/health/ready"), answer -> answer.statusCode() == 200);
        String metrics = door.get("/q/metrics").body();

        // Then
        assertThat(health.body()).contains("controlCaughtUp");
        assertThat(metrics)
                .contains("wildstream_gateway_samples_refused_total{reason=\"content_type\"}")
                .contains("wildstream_gateway_samples_accepted_total")
                .contains("wildstream_gateway_samples_bytes_total")
                .contains("wildstream_gateway_in_flight_records");
    }

    @Test
    void oneBadEntryHidesNothing() {
        // Given
        Topics topics = new Topics(Door.prefix());
        new TestStudents(door).curriculum("good-neighbour");
        ControlRecord policy = ControlRecord.newBuilder()
                .setSelectionPolicy(SelectionPolicy.newBuilder()
                        .setRandom(RandomPolicy.newBuilder().setRate(0.5)))
                .build();
        InstanceStatus heartbeat = InstanceStatus.newBuilder()
                .setInstance("far-future")
                .setService(ServiceKind.SERVICE_KIND_TEACHER)
                .setTime(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
                .build();
        List<ProducerRecord<byte[], byte[]>> bad = List.of(
                entry(topics.control(), "curriculum/Bad Name/..", policy.toByteArray()),
                entry(topics.control(), "student/broken", new byte[] {(byte) 0xff}),
                entry(topics.status(ServiceKind.SERVICE_KIND_TEACHER), "far-future", heartbeat.toByteArray()),
                entry(topics.checkpoints(), "Bad Student", new byte[] {1}));

        // When
        TestLog.write(bad);

        // Then
        try {
            await().until(() -> problems().contains("Bad Name"));
            assertThat(problems()).contains("topic " + topics.control(), "student/broken", "far-future", "Bad Student");
            HttpResponse<String> curricula = door.get("/v1/curricula");
            assertThat(curricula.statusCode()).isEqualTo(200);
            assertThat(curricula.body()).contains("good-neighbour").doesNotContain("Bad Name");
            assertThat(door.get("/v1/students").statusCode()).isEqualTo(200);
            assertThat(door.get("/q/health/ready").statusCode()).isEqualTo(200);
            assertThat(door.get("/q/metrics").body())
                    .contains("wildstream_gateway_entries_left_out_total{topic=\"control\"} 2.0");
        } finally {
            bad.forEach(record -> TestLog.write(List.of(new ProducerRecord<>(record.topic(), record.key(), null))));
        }
        await().until(() -> !problems().contains("left out"));
    }

    /** Runs a command of a page, with this gateway in the place of the one that the page calls. */
    private String run(String command) throws Exception {
        assertThat(command).contains(":8080/v1/samples");
        return new Shell(directory)
                .run(
                        command.replace("localhost:8080", "127.0.0.1:8080").replace(":8080", ":" + door.port()),
                        Map.of("WILDSTREAM_TOKEN", OpenDoor.SENDER_TOKEN));
    }

    /** The sample that the answer to a request names. */
    private static Sample stored(JsonObject result) throws Exception {
        JsonObject position = result.getJsonObject("position");
        var record = TestLog.committed(new Topics(Door.prefix()).samples()).stream()
                .filter(found -> found.partition() == position.getInteger("partition")
                        && found.offset() == Long.parseLong(position.getString("offset")))
                .findFirst()
                .orElseThrow();
        return Sample.parseFrom(record.value());
    }

    private static ProducerRecord<byte[], byte[]> entry(String topic, String key, byte[] value) {
        return new ProducerRecord<>(topic, key.getBytes(UTF_8), value);
    }

    /** The problems of the status; fails when there is no status. */
    private String problems() {
        HttpResponse<String> status = door.get("/v1/status");
        assertThat(status.statusCode()).isEqualTo(200);
        return new JsonObject(status.body()).getJsonArray("problems").encode();
    }

    private HttpResponse<String> post(String query, String type, byte[] body) {
        return door.send(door.request("/v1/samples" + query)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private long records() {
        return Long.parseLong(new JsonObject(door.get("/v1/status").body())
                .getJsonObject("ingest")
                .getString("records"));
    }
}
