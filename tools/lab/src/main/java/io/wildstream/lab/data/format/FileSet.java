// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The files of a directory or an archive as they are, whatever they hold.
 *
 * @param name that of the directory, or of the archive without its ending
 * @param paths of the files, relative, with slashes, sorted
 * @param skipped what stands there and is not a file that can be read, with what it is
 * @param content gives the bytes of a path
 */
public record FileSet(String name, List<String> paths, Map<String, String> skipped, Content content) {

    /** Most bytes of a file that are read; a longer one is {@link #TOO_LARGE}. */
    public static final int MAX_BYTES = 16 << 20;

    /** What a file is that has more bytes. */
    public static final String TOO_LARGE = "file over 16 MiB";

    /** Where the bytes of a file come from; of an archive's files that are no images only the first ones. */
    @FunctionalInterface
    public interface Content {
        /** The bytes of a file. */
        byte[] of(String path) throws IOException;
    }

    /** Copies what it is given. */
    public FileSet {
        paths = List.copyOf(paths);
        skipped = Map.copyOf(skipped);
    }
}
