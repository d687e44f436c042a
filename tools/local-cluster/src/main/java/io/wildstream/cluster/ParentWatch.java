// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * A Java agent that ends its process when the launcher is gone, even by SIGKILL: the launcher holds the other end of the standard input.
 * The process stops as on SIGTERM, and is halted when that takes too long.
 */
public final class ParentWatch {

    private static final int TERMINATED = 143;
    private static final long GRACE_SECONDS = 8;

    private ParentWatch() {}

    /** Called by the JVM before {@code main}. */
    public static void premain(String arguments) {
        daemon("watch-launcher", ParentWatch::watch);
    }

    private static void watch() {
        awaitEnd();
        daemon("halt", ParentWatch::halt);
        System.exit(TERMINATED);
    }

    private static void awaitEnd() {
        try {
            int next = System.in.read();
            while (next >= 0) {
                next = System.in.read();
            }
        } catch (IOException e) {
            // A broken pipe means the same as its end.
            return;
        }
    }

    private static void halt() {
        try {
            TimeUnit.SECONDS.sleep(GRACE_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(TERMINATED);
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
