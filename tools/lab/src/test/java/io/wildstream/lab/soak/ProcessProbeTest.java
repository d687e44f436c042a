// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessProbeTest {

    private final ProcessProbe probe = new ProcessProbe();
    private final long self = ProcessHandle.current().pid();

    @Test
    void seesThreadsAndFilesOfAProcess() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/status")));
        // Given
        double threads = probe.threads(self).orElseThrow();
        double files = probe.files(self).orElseThrow();
        CountDownLatch end = new CountDownLatch(1);

        // When
        for (int i = 0; i < 20; i++) {
            Thread thread = new Thread(() -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
        }
        try (var open = Files.newInputStream(Path.of("/proc/self/status"))) {
            double threadsNow = probe.threads(self).orElseThrow();
            double filesNow = probe.files(self).orElseThrow();

            // Then
            assertThat(threadsNow - threads).isBetween(15.0, 25.0);
            assertThat(filesNow).isGreaterThan(files - 5);
            assertThat(probe.memory(self).orElseThrow()).isGreaterThan(20);
        } finally {
            end.countDown();
        }
    }

    @Test
    void aProcessThatIsGoneHasNothing() {
        // Given
        long nobody = Integer.MAX_VALUE;

        // When // Then
        assertThat(probe.memory(nobody)).isEmpty();
        assertThat(probe.threads(nobody)).isEmpty();
        assertThat(probe.files(nobody)).isEmpty();
    }

    @Test
    void addsAMetricOverItsLabels() {
        // Given
        String metrics = """
                # TYPE wildstream_teacher_native_arrays gauge
                wildstream_teacher_native_arrays{a="1"} 3.0
                wildstream_teacher_native_arrays{a="2"} 4.0
                wildstream_teacher_native_arrays_more 9.0
                """;

        // When // Then
        assertThat(ProcessProbe.sum(metrics, "wildstream_teacher_native_arrays").orElseThrow())
                .isEqualTo(7);
        assertThat(ProcessProbe.sum(metrics, "wildstream_teacher_lag")).isEmpty();
    }

    @Test
    void readsWhatIsAliveInTheHeap() {
        // Given
        String histogram = """
                123:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:         49853        6755560  [B (java.base@17.0.15)
                   2:          5183        1875168  [I (java.base@17.0.15)
                Total        250143       21500000
                """;

        // When // Then
        assertThat(ProcessProbe.liveBytes(histogram).orElseThrow()).isCloseTo(21.5, within(1e-9));
        assertThat(ProcessProbe.liveBytes("nothing")).isEmpty();
    }

    @Test
    void addsTheSizesOfAllFiles(@TempDir Path directory) throws IOException {
        // Given
        Files.write(directory.resolve("a"), new byte[1_000_000]);
        Files.createDirectories(directory.resolve("b"));
        Files.write(directory.resolve("b/c"), new byte[500_000]);

        // When // Then
        assertThat(ProcessProbe.directory(directory)).isCloseTo(1.5, within(1e-9));
        assertThat(ProcessProbe.directory(directory.resolve("nothing"))).isZero();
    }
}
