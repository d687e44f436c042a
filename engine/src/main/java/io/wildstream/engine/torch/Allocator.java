// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the C library keep the memory that networks give back. Left to itself glibc returns large arrays to the operating system after each
 * operation and gets them again for the next one, page by page: a forward pass of some networks then takes two to eight times as long, and
 * now and then it does not, since it depends on the addresses that happen to be free.
 *
 * <p>Processes that are started with {@value #VARIABLE}, as {@code ./wildstream} and the images do, have it from their first thread on,
 * which is more dependable: threads that are there already may keep a part of the heap for themselves. Elsewhere than on glibc nothing
 * changes.
 */
final class Allocator {

    private static final Logger LOGGER = LoggerFactory.getLogger(Allocator.class);

    /** One heap for all threads. The heaps of single threads are given back whole, whatever their settings say. */
    private static final String VARIABLE = "MALLOC_ARENA_MAX";

    private static final int M_TRIM_THRESHOLD = -1;
    private static final int M_MMAP_THRESHOLD = -3;
    private static final int M_ARENA_MAX = -8;
    /** The largest value that glibc takes. */
    private static final int LARGEST_MMAP_THRESHOLD = 32 << 20;

    private Allocator() {}

    /** Changes the settings of this process unless it was started with them. */
    static void keepMemory() {
        if (System.getenv(VARIABLE) != null) {
            return;
        }
        try {
            Function mallopt = NativeLibrary.getInstance("c").getFunction("mallopt");
            set(mallopt, M_ARENA_MAX, 1);
            set(mallopt, M_TRIM_THRESHOLD, Integer.MAX_VALUE);
            set(mallopt, M_MMAP_THRESHOLD, LARGEST_MMAP_THRESHOLD);
        } catch (UnsatisfiedLinkError e) {
            LOGGER.debug("the C library has no mallopt cause={}", e.toString());
        }
    }

    private static void set(Function mallopt, int parameter, int value) {
        if (mallopt.invokeInt(new Object[] {parameter, value}) != 1) {
            LOGGER.debug("mallopt refused parameter={} value={}", parameter, value);
        }
    }
}
