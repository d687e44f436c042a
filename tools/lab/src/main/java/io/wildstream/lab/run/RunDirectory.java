// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.run;

import io.wildstream.cluster.Home;
import java.nio.file.Path;

/** The directory of a run's cluster. Closing it deletes it, unless it is to be kept; closing it twice does no harm. */
public final class RunDirectory implements AutoCloseable {

    private static final String KEPT = "kept-";

    private final Path path;
    private final boolean temporary;

    private RunDirectory(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    /**
     * Names a new directory below the runs of a home. What killed runs of the same name left behind is deleted, except for what was to be
     * kept.
     *
     * @param name of the kind of run, such as {@code demo}
     * @param keep whether the directory stays after the run
     */
    public static RunDirectory create(Home home, String name, boolean keep) {
        home.deleteRuns(name + "-");
        String directory = name + "-" + System.currentTimeMillis();
        return new RunDirectory(home.runs().resolve(keep ? KEPT + directory : directory), !keep);
    }

    /** A directory that belongs to no single run and always stays. */
    public static RunDirectory permanent(Path path) {
        return new RunDirectory(path, false);
    }

    /** Where it is; made by the first who writes into it. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        if (temporary) {
            Home.delete(path);
        }
    }
}
