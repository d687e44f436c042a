// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.run;

import io.wildstream.lab.terminal.Screen;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Shows a stream that has an end until each of its students has committed its last step; other students do not matter. */
public final class FiniteStream implements FedStream.Step {

    private final List<String> students;
    private final Duration timeLimit;
    private final Screen screen;

    /**
     * A stream for these students.
     *
     * @param students who must finish
     * @param timeLimit after which the stream is given up
     */
    public FiniteStream(Collection<String> students, Duration timeLimit, Screen screen) {
        this.students = List.copyOf(students);
        this.timeLimit = timeLimit;
        this.screen = screen;
    }

    @Override
    public boolean look(StreamView view) {
        view.requireNoFailure(students);
        if (view.finished(students)) {
            screen.keep(view.progress().block(), view.progress().line());
            return true;
        }
        screen.show(view.progress().block(), view.progress().line());
        view.requireWithin(timeLimit);
        return false;
    }
}
