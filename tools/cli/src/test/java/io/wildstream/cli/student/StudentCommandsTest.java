// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.student;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import io.wildstream.cli.FakeGateway;
import io.wildstream.contracts.v1.ExplainStudentRequest;
import io.wildstream.contracts.v1.OffsetRange;
import io.wildstream.contracts.v1.RollbackStudentRequest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudentCommandsTest {

    @TempDir
    static Path directory;

    private FakeGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway(directory);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void listsCheckpoints() {
        // Given // When
        CommandRun run = gateway.run("checkpoints", "list", "dfnd");

        // Then
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().lines()).hasSize(2);
        assertThat(run.out()).contains("1,000").contains("kept");
    }

    @Test
    void listsCheckpointsAsJson() {
        // Given // When
        CommandRun run = gateway.run("checkpoints", "list", "dfnd", "--json");

        // Then
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("{").contains("\"weightsSha256\"");
    }

    @Test
    void anErrorOfTheGatewayIsOneLine() {
        // Given // When
        CommandRun run = gateway.run("checkpoints", "list", "other");

        // Then
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines())
                .containsExactly("error: the gateway answered NOT_FOUND: student other is unknown");
    }

    @Test
    void explainsAStudentAtAStep() {
        // Given // When
        CommandRun run = gateway.run("why", "dfnd", "--step=1000");

        // Then
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("student     dfnd, step 1,000, weights abab");
        assertThat(gateway.requests())
                .containsExactly(ExplainStudentRequest.newBuilder()
                        .setStudent("dfnd")
                        .setStep(1000)
                        .build());
    }

    @Test
    void rollsBackWithoutOffsetsAndSources() {
        // Given // When
        CommandRun run =
                gateway.run("rollback", "dfnd", "--to-step=1000", "--skip-offsets=3-7,12", "--skip-source=camera,web");

        // Then
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .containsExactly("student dfnd is back at step 1,000 and continues at offset 2,000 of curriculum dfnd");
        assertThat(gateway.requests())
                .containsExactly(RollbackStudentRequest.newBuilder()
                        .setStudent("dfnd")
                        .setStep(1000)
                        .addSkipOffsets(OffsetRange.newBuilder().setFirst(3).setLast(7))
                        .addSkipOffsets(OffsetRange.newBuilder().setFirst(12).setLast(12))
                        .addSkipSources("camera")
                        .addSkipSources("web")
                        .build());
    }

    @Test
    void aCommandWithoutItsPartNamesTheParts() {
        // Given // When
        CommandRun run = gateway.run("checkpoints");

        // Then
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("Missing command: list");
    }
}
