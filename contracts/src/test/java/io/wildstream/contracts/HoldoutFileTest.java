// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.LabelledSample;
import io.wildstream.contracts.v1.Sample;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HoldoutFileTest {
    @TempDir
    Path directory;

    @Test
    void readsWhatItWrote() throws IOException {
        // Given
        List<LabelledSample> samples =
                IntStream.range(0, 300).mapToObj(HoldoutFileTest::sample).toList();
        Path file = directory.resolve("deep/holdout.pb.gz");

        // When
        int written = HoldoutFile.write(file, samples.iterator());

        // Then
        assertThat(written).isEqualTo(300);
        assertThat(HoldoutFile.read(file)).isEqualTo(samples);
        assertThat(file.getParent()).isDirectoryContaining(path -> path.equals(file));
        assertThat(Files.list(file.getParent())).hasSize(1);
    }

    @Test
    void leavesTheOldFileWhenWritingFails() throws IOException {
        // Given
        Path file = directory.resolve("holdout.pb.gz");
        HoldoutFile.write(file, List.of(sample(1)).iterator());
        Iterator<LabelledSample> broken = IntStream.range(0, 10)
                .mapToObj(i -> {
                    if (i == 5) {
                        throw new IllegalStateException("no sample 5");
                    }
                    return sample(i);
                })
                .iterator();

        // When
        assertThatThrownBy(() -> HoldoutFile.write(file, broken)).hasMessage("no sample 5");

        // Then
        assertThat(HoldoutFile.read(file)).containsExactly(sample(1));
        assertThat(Files.list(directory)).hasSize(1);
    }

    @Test
    void namesAFileThatIsCutShort() throws IOException {
        // Given
        Path file = directory.resolve("cut.pb.gz");
        HoldoutFile.write(
                file, IntStream.range(0, 300).mapToObj(HoldoutFileTest::sample).iterator());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        // When // Then
        assertThatThrownBy(() -> HoldoutFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cut.pb.gz: truncated after");
    }

    @Test
    void refusesWhatIsNoHoldoutFile() throws IOException {
        // Given
        Path text = Files.writeString(
                directory.resolve("text.pb.gz"), "not compressed at all, and much longer than a header");
        Path garbage = directory.resolve("garbage.pb.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(garbage))) {
            out.write("lines of text are no messages".getBytes(StandardCharsets.UTF_8));
        }
        Path empty = directory.resolve("empty.pb.gz");
        HoldoutFile.write(empty, List.<LabelledSample>of().iterator());

        // When // Then
        assertThatThrownBy(() -> HoldoutFile.read(text)).hasMessageContaining("text.pb.gz: not a gzip stream");
        assertThatThrownBy(() -> HoldoutFile.read(garbage))
                .hasMessageContaining("garbage.pb.gz: sample 0 cannot be read");
        assertThatThrownBy(() -> HoldoutFile.read(empty)).hasMessageContaining("empty.pb.gz: contains no samples");
        assertThatThrownBy(() -> HoldoutFile.read(directory.resolve("absent"))).isInstanceOf(NoSuchFileException.class);
    }

    private static LabelledSample sample(int number) {
        byte[] payload = new byte[200];
        new Random(number).nextBytes(payload);
        return LabelledSample.newBuilder()
                .setLabel(number % 10)
                .setSample(Sample.newBuilder()
                        .setId("test-" + number)
                        .setSource("test")
                        .setContentType("application/x-tensor;dtype=uint8;shape=1,10,20")
                        .setPayload(ByteString.copyFrom(payload)))
                .build();
    }
}
