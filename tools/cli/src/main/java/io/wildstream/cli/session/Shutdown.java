// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.session;

import io.wildstream.lab.terminal.Screen;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What happens when the program is stopped by Ctrl-C or SIGTERM: everything that was started stops, the command's own thread is
 * interrupted and waited for, and nothing is printed meanwhile. A JVM that ended while that thread trains would unload the native
 * library that the thread uses.
 */
public final class Shutdown {

    private static final int TIMEOUT_SECONDS = 10;
    private static final CountDownLatch PARKED = new CountDownLatch(1);
    private static volatile Runnable task = () -> {};
    private static volatile boolean underWay;
    private static volatile boolean left;

    private Shutdown() {}

    /** Installs the hook for the calling thread, which runs the command; once for a process. */
    public static void install() {
        Thread command = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> run(command), "stop-everything"));
    }

    /** Marks the command as finished: the process ends by itself. */
    public static void leave() {
        left = true;
        PARKED.countDown();
    }

    /** Sets what must be done. */
    public static void set(Runnable next) {
        task = next;
    }

    /** Sets what must be done, and announces it. */
    public static void set(Screen screen, Runnable next) {
        set(() -> {
            screen.sayLast("stopping    all processes");
            next.run();
        });
    }

    /** Blocks for good when the process is stopping: the failure that the caller saw is a consequence of that. */
    public static void awaitWhenUnderWay() {
        PARKED.countDown();
        while (underWay) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.onSpinWait(); // the stop itself interrupts: nothing is left to be interrupted
            }
        }
    }

    private static void run(Thread command) {
        if (left) {
            return;
        }
        underWay = true;
        task.run();
        command.interrupt();
        try {
            if (!PARKED.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
