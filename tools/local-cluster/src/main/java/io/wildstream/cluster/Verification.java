// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import io.wildstream.cluster.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A trainer in verify mode: it learns a student again from the beginning of its curriculum and writes down the result. */
public final class Verification {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private Verification() {}

    /**
     * Runs it to its end, against the broker of a cluster.
     *
     * @param ports of the cluster; that of the broker is used
     * @throws ClusterException when it fails or takes too long
     */
    public static VerifyResult run(
            Installation installation, ClusterPlan plan, Map<String, Integer> ports, String student, Duration timeout) {
        String name = "verify-" + student;
        Map<String, Integer> all = new HashMap<>(ports);
        all.putAll(Ports.free(List.of(name)));
        Path file = plan.checkpoints().resolve(student).resolve("verify.json");
        ChildProcess process = new ChildProcess(new ProcessSpecs(installation, plan, all).verifier(student, name));
        try {
            Files.deleteIfExists(file);
            Logs.rotate(process.log());
            process.start();
            await(process, timeout);
            return Json.read(file, VerifyResult.class);
        } catch (IOException e) {
            ClusterException failure = process.failure("failed");
            failure.initCause(e);
            throw failure;
        } finally {
            process.requestStop();
            process.awaitStop(GRACE);
        }
    }

    private static void await(ChildProcess process, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (process.isAlive()) {
                if (System.nanoTime() > deadline) {
                    throw process.failure("did not end within " + timeout.toSeconds() + " s");
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while a student was learned again", e);
        }
    }
}
