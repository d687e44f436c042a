// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.wildstream.contracts.v1.CreateStudentRequest;
import io.wildstream.contracts.v1.CurriculumServiceGrpc;
import io.wildstream.contracts.v1.EndStreamRequest;
import io.wildstream.contracts.v1.GetStudentRequest;
import io.wildstream.contracts.v1.IngestServiceGrpc;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.UpdateSelectionPolicyRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The services, configured by the manifests of the production overlay, against a Kafka that speaks TLS and SCRAM and knows only the users
 * and rights of that overlay: a student learns. So the rights are enough, and the settings are understood.
 */
@Tag("long")
class ProductionRightsIT {

    private static final String TOKEN = "not-a-secret-test-only";
    private static final String MODEL = "lenet5-1x28-10";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int SAMPLES = 96;

    @TempDir
    Path directory;

    private final List<PodProcess> pods = new ArrayList<>();
    private @Nullable SecureKafka kafka;

    @AfterEach
    void stop() throws InterruptedException {
        for (PodProcess pod : pods) {
            pod.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void aStudentLearnsWithTheRightsOfTheOverlay() throws Exception {
        // Given
        ClusterManifests cluster = ClusterManifests.of("production");
        assumeTrue(
                cluster.services().stream().map(PodProcess::jar).allMatch(Files::exists),
                "the services are not built: run './mvnw -Dquick package' in the repository");
        copyModel("teacher");
        copyModel(MODEL);
        kafka = new SecureKafka(Files.createDirectories(directory.resolve("kafka")), cluster);
        for (Manifest workload : cluster.services()) {
            pods.add(new PodProcess(cluster, workload, kafka, TOKEN, directory));
        }
        pods.forEach(pod -> await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(pod.isReady())
                        .as(() -> "alive " + pod.isAlive() + " " + pod.log())
                        .isTrue()));

        // When
        StudentState state = learn(pods.get(gatewayIndex(cluster)).port());

        // Then
        assertThat(state).isEqualTo(StudentState.STUDENT_STATE_FINISHED);
        assertThat(pods)
                .allSatisfy(pod -> assertThat(pod.log()).doesNotContain("AuthorizationException", "Not authorized"));
    }

    private StudentState learn(int port) throws Exception {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("localhost", port).usePlaintext().build();
        try {
            Metadata headers = new Metadata();
            headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + TOKEN);
            var token = MetadataUtils.newAttachHeadersInterceptor(headers);
            CurriculumServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(token)
                    .updateSelectionPolicy(UpdateSelectionPolicyRequest.newBuilder()
                            .setCurriculum("all")
                            .setPolicy(SelectionPolicy.newBuilder()
                                    .setRandom(RandomPolicy.newBuilder().setRate(1)))
                            .build());
            var students = StudentServiceGrpc.newBlockingStub(channel).withInterceptors(token);
            students.createStudent(CreateStudentRequest.newBuilder()
                    .setStudent("demo")
                    .setCurriculum("all")
                    .setSpec(TrainingSpec.newBuilder()
                            .setStudentModel(MODEL)
                            .setBatchSize(16)
                            .setMaxSteps(8))
                    .build());
            feed(port);
            IngestServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(token)
                    .endStream(EndStreamRequest.newBuilder().setConfirm(true).build());
            var request = GetStudentRequest.newBuilder().setStudent("demo").build();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    students.getStudent(request).getStatus().getState())
                            .as(() ->
                                    pods.stream().map(PodProcess::log).toList().toString())
                            .isEqualTo(StudentState.STUDENT_STATE_FINISHED));
            return students.getStudent(request).getStatus().getState();
        } finally {
            channel.shutdownNow();
        }
    }

    /** Samples of noise, and one that is no image, so that a dead letter is written too. */
    private static void feed(int port) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        Random random = new Random(1);
        for (int i = 0; i < SAMPLES; i++) {
            byte[] pixels = new byte[28 * 28];
            random.nextBytes(pixels);
            assertThat(post(client, port, "application/x-tensor;dtype=uint8;shape=1,28,28", pixels))
                    .isEqualTo(200);
        }
        byte[] broken = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 1, 2, 3};
        assertThat(post(client, port, "image/png", broken)).isEqualTo(200);
    }

    private static int post(HttpClient client, int port, String type, byte[] body)
            throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v1/samples"))
                                .header("Authorization", "Bearer " + TOKEN)
                                .header("Content-Type", type)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static int gatewayIndex(ClusterManifests cluster) {
        return cluster.services().stream().map(ClusterManifests::role).toList().indexOf("gateway");
    }

    /** The loss needs a teacher that knows its accuracy. */
    private void copyModel(String name) throws IOException {
        Path source = ClusterManifests.REPOSITORY.resolve("deploy/models").resolve(MODEL);
        Path target = Files.createDirectories(directory.resolve("models").resolve(name));
        Files.copy(source.resolve("model.pt"), target.resolve("model.pt"));
        String description = Files.readString(source.resolve("model.json"));
        Files.writeString(target.resolve("model.json"), description.replace("\"accuracy\": null", "\"accuracy\": 0.5"));
    }
}
