// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import io.wildstream.cluster.ClusterException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a process uses: from {@code /proc}, from its metrics, and its heap by the JDK's {@code jcmd}. */
final class ProcessProbe {

    private static final Path PROC = Path.of("/proc");
    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long JCMD_SECONDS = 30;
    private static final Pattern TOTAL_BYTES = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /**
     * Checks that the processes of this machine can be measured.
     *
     * @throws ClusterException when it cannot
     */
    static void requireSupported() {
        if (!Files.isReadable(PROC.resolve("self/status"))) {
            throw new ClusterException("soak reads /proc, which this system does not have: run it on Linux");
        }
        if (!Files.isExecutable(JCMD)) {
            throw new ClusterException(JCMD + " is missing: soak needs a JDK, not a JRE; set JAVA_HOME to one");
        }
    }

    /** Resident memory in MB; empty when the process is gone. */
    OptionalDouble memory(long pid) {
        return status(pid, "VmRSS:", 1024);
    }

    /** Threads; empty when the process is gone. */
    OptionalDouble threads(long pid) {
        return status(pid, "Threads:", 1);
    }

    /** Open files; empty when the process is gone. */
    OptionalDouble files(long pid) {
        int count = 0;
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(PROC.resolve(Long.toString(pid)).resolve("fd"))) {
            for (Path file : files) {
                count += file.getNameCount() > 0 ? 1 : 0;
            }
            return OptionalDouble.of(count);
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return OptionalDouble.empty();
        }
    }

    /** The sum of a metric over its labels; empty when the service does not answer or has no such metric. */
    OptionalDouble metric(int port, String name) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/metrics"))
                .timeout(TIMEOUT)
                .header("Accept", "text/plain;version=0.0.4")
                .build();
        try {
            return sum(http.send(request, HttpResponse.BodyHandlers.ofString()).body(), name);
        } catch (IOException e) {
            return OptionalDouble.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalDouble.empty();
        }
    }

    static OptionalDouble sum(String metrics, String name) {
        double[] values = metrics.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .toArray();
        return values.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(java.util.Arrays.stream(values).sum());
    }

    /** What is alive in the heap at a full collection, which this call asks for, in MB; empty when the process does not answer. */
    OptionalDouble liveHeap(long pid) {
        return liveBytes(jcmd(pid, "GC.class_histogram"));
    }

    static OptionalDouble liveBytes(String histogram) {
        Matcher total = TOTAL_BYTES.matcher(histogram);
        return total.find() ? OptionalDouble.of(Double.parseDouble(total.group(1)) / 1e6) : OptionalDouble.empty();
    }

    /** Size of all files below a directory in MB. */
    static double directory(Path directory) {
        if (!Files.exists(directory)) {
            return 0;
        }
        try (var files = Files.walk(directory)) {
            return files.mapToLong(ProcessProbe::size).sum() / 1e6;
        } catch (IOException | java.io.UncheckedIOException e) {
            // Files come and go meanwhile.
            return Double.NaN;
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private static OptionalDouble status(long pid, String key, double divisor) {
        try {
            return Files.readAllLines(PROC.resolve(Long.toString(pid)).resolve("status")).stream()
                    .filter(line -> line.startsWith(key))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / divisor)
                    .findFirst();
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }

    private static String jcmd(long pid, String command) {
        try {
            Process process = new ProcessBuilder(JCMD.toString(), Long.toString(pid), command)
                    .redirectErrorStream(true)
                    .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!process.waitFor(JCMD_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return output;
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
