// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {

    @TempDir
    Path directory;

    @Test
    void theResultIsWrittenForOthersToReadAndReplacesAnEarlierOne() throws IOException {
        // Given
        Files.createDirectories(directory.resolve("anna"));
        Files.writeString(directory.resolve("anna/verify.json"), "old");
        Verification verification = Verification.of(
                CheckpointManifest.newBuilder()
                        .setStudent("anna")
                        .setStep(60)
                        .setTrained(395)
                        .setWeightsSha256("ab")
                        .build(),
                1_500_000_000L);

        // When
        verification.write(directory);

        // Then
        assertThat(directory.resolve("anna/verify.json"))
                .content()
                .contains("\"student\" : \"anna\"")
                .contains("\"step\" : 60")
                .contains("\"trained\" : 395")
                .contains("\"weights_sha256\" : \"ab\"")
                .contains("\"seconds\" : 1.5");
        assertThat(directory.resolve("anna")).isDirectoryContaining("glob:**verify.json");
        assertThat(directory.resolve("anna/.verify.json")).doesNotExist();
    }
}
