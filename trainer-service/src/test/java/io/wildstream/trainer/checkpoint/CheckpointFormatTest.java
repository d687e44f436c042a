// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointFormatTest {

    @Test
    void everyVersionUpToItsOwnIsRead() {
        for (int version = 0; version <= CheckpointFormat.VERSION; version++) {
            List<CheckpointManifest> manifests = List.of(manifest(version));
            assertThatCode(() -> CheckpointFormat.requireReadable(manifests)).doesNotThrowAnyException();
        }
    }

    @Test
    void aNewerVersionIsRefusedEvenBeforeOlderOnes() {
        assertThatThrownBy(() -> CheckpointFormat.requireReadable(List.of(manifest(5), manifest(1))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("checkpoint anna/7 has format 5, this trainer reads up to 4");
    }

    @Test
    void versionsAreUnsigned() {
        assertThatThrownBy(() -> CheckpointFormat.requireReadable(List.of(manifest(-1))))
                .hasMessageContaining("has format 4294967295");
    }

    private static CheckpointManifest manifest(int version) {
        return CheckpointManifest.newBuilder()
                .setDirectory("anna/7")
                .setFormatVersion(version)
                .build();
    }
}
