package io.wildstream.local.command;

import java.util.concurrent.CountDownLatch;

/** What happens when the program is told to stop by Ctrl-C or SIGTERM: everything that was started stops, and nobody speaks meanwhile. */
final class Shutdown {

    private static volatile Runnable task = () -> {};
    private static volatile boolean underWay;
    private static boolean installed;

    private Shutdown() {}

    /** Sets what must be done; installs the hook at the first call. */
    static synchronized void set(Runnable next) {
        task = next;
        if (!installed) {
            installed = true;
            Runtime.getRuntime().addShutdownHook(new Thread(Shutdown::run, "stop-everything"));
        }
    }

    /** Blocks for good when the process is on its way out: the failure that the caller saw is a consequence of that. */
    static void awaitWhenUnderWay() {
        if (underWay) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void run() {
        underWay = true;
        task.run();
    }
}
