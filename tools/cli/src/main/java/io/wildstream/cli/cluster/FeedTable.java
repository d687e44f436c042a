// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.cluster;

import io.wildstream.client.Feeder;
import io.wildstream.client.text.TerminalText;
import io.wildstream.lab.feed.FedCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What became of the images of a feed, for a reader at a terminal. */
final class FeedTable {

    private static final int WIDTH = 72;

    private final List<String> lines = new ArrayList<>();

    private FeedTable() {}

    static List<String> of(Feeder feeder, FedCounts counts) {
        FeedTable table = new FeedTable();
        table.row("sent", counts.sent());
        table.row("stored", feeder.accepted());
        if (feeder.duplicates() > 0) {
            table.row("already stored", feeder.duplicates());
        }
        table.row("refused", feeder.refused());
        feeder.refusals().reasons().forEach(reason -> table.detail(reason.count(), reason.text(), reason.first()));
        table.row(
                "skipped",
                counts.skipped().values().stream()
                        .mapToLong(FedCounts.Group::count)
                        .sum());
        counts.skipped().forEach((kind, group) -> table.detail(group.count(), kind, group.first()));
        FedCounts.Group other = counts.otherSize();
        if (other != null) {
            table.row("of other size", other.count());
            table.text("the teacher reads " + counts.teacher() + "; the first other one is " + other.first());
            table.text("the teacher makes them dead letters: 'wildstream dlq list' shows them");
        }
        return table.lines;
    }

    private void row(String name, long count) {
        lines.add(String.format(Locale.ROOT, "  %-15s %,12d", name, count));
    }

    private void detail(long count, String what, String first) {
        text(String.format(Locale.ROOT, "%,d %s", count, what));
        text("  the first: " + first);
    }

    /** No word is cut away: a line that is too long continues below. */
    private void text(String text) {
        String rest = TerminalText.printable(text);
        String indent = "    ";
        while (rest.length() > WIDTH) {
            int space = rest.lastIndexOf(' ', WIDTH);
            if (space <= 0) {
                break;
            }
            lines.add(indent + rest.substring(0, space));
            rest = rest.substring(space + 1);
            indent = "      ";
        }
        lines.add(indent + rest);
    }
}
