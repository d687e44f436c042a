// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a command shows its progress: on a terminal one block that is drawn again and again, elsewhere a plain line now and then. Lines
 * that stay go above the block. Safe for several threads.
 */
public final class Screen {

    private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(5);
    private static final String CONTINUED = " ".repeat(12);

    private final PrintWriter out;
    private final boolean terminal;
    private final int columns;
    /** Guarded by "this", as the field below. */
    private int drawn;

    private boolean muted;
    private long lastPlain = Long.MIN_VALUE;

    /**
     * Writes to this writer.
     *
     * @param terminal whether cursor movements are understood
     * @param columns width of the terminal
     */
    public Screen(PrintWriter out, boolean terminal, int columns) {
        this.out = out;
        this.terminal = terminal;
        this.columns = Math.max(40, columns);
    }

    /** A screen as the launcher script found it; plain without the script. */
    public static Screen of(PrintWriter out) {
        boolean terminal = Boolean.getBoolean("wildstream.terminal");
        return new Screen(out, terminal, Integer.getInteger("wildstream.columns", 80));
    }

    /** Writes a last line; all that comes afterwards is dropped. */
    public synchronized void sayLast(String line) {
        say(line);
        muted = true;
    }

    /** Writes a line that stays; one that is too long for the terminal goes on below, with each word whole. */
    public synchronized void say(String line) {
        if (muted) {
            return;
        }
        erase();
        (terminal ? wrapped(line, false) : List.of(line)).forEach(out::println);
        out.flush();
    }

    /** Shows the state: the block on a terminal, elsewhere the one line, not more often than every few seconds. */
    public synchronized void show(List<String> block, String line) {
        if (muted) {
            return;
        }
        if (!terminal) {
            long now = System.nanoTime();
            if (lastPlain == Long.MIN_VALUE || now - lastPlain >= PLAIN_INTERVAL.toNanos()) {
                lastPlain = now;
                out.println(line);
                out.flush();
            }
            return;
        }
        erase();
        drawn = draw(block);
    }

    /** Shows the state for the last time: it stays, as lines do that are said. */
    public synchronized void keep(List<String> block, String line) {
        if (muted) {
            return;
        }
        erase();
        draw(terminal ? block : List.of(line));
    }

    /** Returns how many lines of the terminal are used. */
    private int draw(List<String> block) {
        List<String> lines = terminal
                ? block.stream().flatMap(text -> wrapped(text, true).stream()).toList()
                : block;
        lines.forEach(out::println);
        out.flush();
        return lines.size();
    }

    /**
     * A line that is too long goes on below, indented.
     *
     * @param cut whether a word that is longer than a line is cut: what the terminal itself wraps could not be erased
     */
    private List<String> wrapped(String text, boolean cut) {
        int width = columns - 1;
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            int end = space > CONTINUED.length() ? space : cut ? width : rest.indexOf(' ', width);
            if (end < 0) {
                break;
            }
            lines.add(rest.substring(0, end).stripTrailing());
            rest = CONTINUED + rest.substring(end).strip();
        }
        lines.add(rest);
        return lines;
    }

    /** Takes the block away. */
    public synchronized void clear() {
        erase();
        out.flush();
    }

    private void erase() {
        if (drawn > 0) {
            // Up by the block's lines, to the line's beginning, and clear to the end of the screen.
            out.print("\u001b[" + drawn + "A\r\u001b[J");
            drawn = 0;
        }
    }
}
