// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import io.wildstream.cluster.process.ProcessSpec;
import io.wildstream.cluster.process.Readiness;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process for tests: spends the given milliseconds of processor time, prints a line, and ends with the given status or waits for ever. */
public final class TinyChild {

    private TinyChild() {}

    /** Arguments: milliseconds of work, exit status or -1 to wait, and whether the launcher is watched. */
    public static void main(String[] arguments) throws InterruptedException {
        if (Boolean.parseBoolean(arguments[2])) {
            ParentWatch.premain("");
        }
        long work = Duration.ofMillis(Long.parseLong(arguments[0])).toNanos();
        double sum = 0;
        while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() < work) {
            sum += Math.sqrt(sum + 1);
        }
        System.out.println("worked " + (sum >= 0));
        int status = Integer.parseInt(arguments[1]);
        if (status >= 0) {
            System.exit(status);
        }
        TimeUnit.MINUTES.sleep(5);
    }

    public static ProcessSpec spec(Path directory, int workMillis, int status, boolean watched) {
        return new ProcessSpec(
                "tiny",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TinyChild.class.getName(),
                        Integer.toString(workMillis),
                        Integer.toString(status),
                        Boolean.toString(watched)),
                directory.resolve("tiny.log"),
                Readiness.immediate());
    }
}
