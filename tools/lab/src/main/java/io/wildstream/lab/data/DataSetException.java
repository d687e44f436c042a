// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import java.nio.file.Path;

/** Says which file of an image set cannot be used and what is wrong with it. */
public final class DataSetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param file the file or directory at fault, or an archive followed by the name of its entry
     * @param problem what is wrong with it, and where there is a way out, which
     */
    public DataSetException(Path file, String problem) {
        super(file + ": " + problem);
    }

    /** As the other one, for a file inside {@code origin} whose name no file system need allow. */
    public DataSetException(Path origin, String inside, String problem) {
        super(origin + "/" + shown(inside) + ": " + problem);
    }

    /** As the other one, with the failure that showed it. */
    public DataSetException(Path origin, String inside, String problem, Throwable cause) {
        super(origin + "/" + shown(inside) + ": " + problem, cause);
    }

    private static String shown(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }

    /** As the other one, with the failure that showed it. */
    public DataSetException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }
}
