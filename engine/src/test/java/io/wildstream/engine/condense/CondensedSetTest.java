// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.torch.UnrolledNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class CondensedSetTest {

    @TempDir
    Path directory;

    @Test
    void whatWasWrittenIsRead() {
        // Given
        CondensedSet written = set(new float[] {1, 2, 3}).write(directory);

        // When
        CondensedSet read = CondensedSet.read(directory);

        // Then
        assertThat(read.facts()).isEqualTo(written.facts());
        assertThat(read.facts().digest()).hasSize(64);
        assertThat(read.lessons().pixels()).containsExactly(written.lessons().pixels());
        assertThat(read.lessons().labels()).containsExactly(0, 1, 0, 1);
        assertThat(read.lessons().batches()).isEqualTo(2);
        assertThat(read.rates()).containsExactly(0.5f, 0.25f);
        assertThat(read.weights()).containsExactly(1, 2, 3);
        assertThat(read.size()).isEqualTo(4);
    }

    @Test
    void aSetForAnyWeightsHoldsNone() {
        // Given
        set(null).write(directory);

        // When
        CondensedSet read = CondensedSet.read(directory);

        // Then
        assertThat(read.weights()).isNull();
    }

    @Test
    void aChangedFileIsRefused() throws IOException {
        // Given
        set(null).write(directory);
        Path file = directory.resolve(CondensedSet.TENSOR_FILE);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        // When
        var read = assertThatThrownBy(() -> CondensedSet.read(directory));

        // Then
        read.isInstanceOf(ModelException.class).hasMessageContaining("was changed or only half copied");
    }

    @Test
    void anotherDirectoryIsRefused() {
        // Given
        Path empty = directory.resolve("empty");

        // When
        var read = assertThatThrownBy(() -> CondensedSet.read(empty));

        // Then
        read.isInstanceOf(ModelException.class).hasMessageContaining("is no condensed set");
    }

    private static CondensedSet set(float[] weights) {
        CondensationOptions options = new CondensationOptions(
                1,
                2,
                1,
                CondensationOptions.Start.NOISE,
                1,
                10,
                5,
                0.1,
                0.1,
                CondensationOptions.Schedule.HALVING,
                0.02,
                2,
                1);
        CondensedSet.Facts facts = new CondensedSet.Facts(
                CondensedSet.VERSION,
                "linear",
                "0".repeat(64),
                new ImageShape(1, 1, 2),
                List.of("a", "b"),
                List.of(0.5f),
                List.of(0.25f),
                CondensationTask.Start.FIXED,
                options,
                5,
                "");
        float[] pixels = {0, 1, 2, 3, 4, 5, 6, 7};
        return new CondensedSet(
                facts,
                new UnrolledNetwork.Lessons(pixels, new int[] {0, 1, 0, 1}, 2),
                new float[] {0.5f, 0.25f},
                weights);
    }
}
