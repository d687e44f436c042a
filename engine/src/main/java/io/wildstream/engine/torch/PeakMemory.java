// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The largest memory of this process since the last reading, where the operating system tells it: on Linux. */
final class PeakMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path RESET = Path.of("/proc/self/clear_refs");
    private static final String RESET_PEAK = "5";
    private static final String PEAK = "VmHWM:";
    private static final int KIBIBYTE = 1024;

    /** What the rest of the process may have taken in the meantime. */
    private static final long NOISE = 16L << 20;

    PeakMemory() {
        reset();
    }

    /** Bytes, 0 when unknown; begins again. */
    long read() {
        try {
            List<String> lines = Files.readAllLines(STATUS);
            reset();
            return lines.stream()
                    .filter(line -> line.startsWith(PEAK))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void reset() {
        try {
            if (Files.isWritable(RESET)) {
                Files.writeString(RESET, RESET_PEAK);
            }
        } catch (IOException e) {
            // the peak then is that of the whole life: nothing is learned from a second reading
            return;
        }
    }

    /** What each of some more images took, by the peaks without and with them; 0 when it is too little to be told. */
    static long perImage(long without, long with, int images) {
        return without == 0 ? 0 : Math.max(0, with - without - NOISE) / images;
    }
}
