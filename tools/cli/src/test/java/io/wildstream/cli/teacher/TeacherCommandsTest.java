// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import io.wildstream.cli.FakeGateway;
import io.wildstream.contracts.v1.TeacherSpec;
import io.wildstream.contracts.v1.UpdateTeacherRequest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherCommandsTest {

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
    void showsTheTeacher() {
        // Given // When
        CommandRun run = gateway.run("teacher", "show");

        // Then
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("asked for: the configured model (wildstream.teacher.model), generation 3");
    }

    @Test
    void showsTheTeacherAsJson() {
        // Given // When
        CommandRun run = gateway.run("teacher", "show", "--json");

        // Then
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("{").contains("\"generation\": \"3\"");
    }

    @Test
    void setsTheTeacher() {
        // Given // When
        CommandRun run = gateway.run("teacher", "set", "vgg", "--omit-features");

        // Then
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("asked for: vgg without features, generation 0");
        assertThat(gateway.requests())
                .containsExactly(UpdateTeacherRequest.newBuilder()
                        .setSpec(TeacherSpec.newBuilder().setModel("vgg").setOmitFeatures(true))
                        .build());
    }

    @Test
    void aCommandWithoutItsPartNamesTheParts() {
        // Given // When
        CommandRun run = gateway.run("teacher");

        // Then
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("Missing command: show or set");
    }
}
