// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.CreateStudentRequest;
import io.wildstream.contracts.v1.CurriculumServiceGrpc;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.Normalisation;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.UpdateSelectionPolicyRequest;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client in another language that knows the gateway's address only. Runs where {@code npm ci} has been run in {@code src/test/node}. */
@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class NodeClientTest {

    private static final Path FOLDER = Path.of("src/test/node");

    @Test
    void aNodeClientFindsItsWayByReflection() throws Exception {
        // Given
        assumeTrue(Files.isDirectory(FOLDER.resolve("node_modules")), "run npm ci in gateway/src/test/node first");
        assumeTrue(hasNode(), "node is not installed");
        try (Door door = new Door()) {
            makeStudent(door);

            // When
            Process node = new ProcessBuilder("node", "client.mjs", "127.0.0.1:" + door.port(), "s-node")
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            // Then
            assertThat(node.waitFor(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(output)
                    .contains("wildstream.v1.StudentService")
                    .contains("GetPipelineStatus")
                    .contains("paused s-node true")
                    .contains("resumed s-node false")
                    .contains("\"accepted\":\"1\",\"refused\":\"1\"")
                    .contains("INVALID_ARGUMENT policy: is empty; set threshold, keep_rate, random");
            assertThat(node.exitValue()).isZero();
        }
    }

    private static void makeStudent(Door door) {
        CurriculumServiceGrpc.newBlockingStub(door.channel())
                .updateSelectionPolicy(UpdateSelectionPolicyRequest.newBuilder()
                        .setCurriculum("node")
                        .setPolicy(SelectionPolicy.newBuilder()
                                .setRandom(RandomPolicy.newBuilder().setRate(0.5)))
                        .build());
        var student = StudentServiceGrpc.newBlockingStub(door.channel())
                .createStudent(CreateStudentRequest.newBuilder()
                        .setStudent("s-node")
                        .setCurriculum("node")
                        .setSpec(TrainingSpec.newBuilder()
                                .setStudentModel("lenet5-1x28-10")
                                .setNormalisation(
                                        Normalisation.newBuilder().addMean(0).addStd(1))
                                .addTerms(LossTerm.newBuilder()
                                        .setDfnd(DfndLoss.newBuilder().addQDiagonal(0.9))))
                        .build());
        assertThat(student.getStudent()).isEqualTo("s-node");
    }

    private static boolean hasNode() throws InterruptedException {
        try {
            return new ProcessBuilder("node", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
