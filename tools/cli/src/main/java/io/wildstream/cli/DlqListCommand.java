// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.client.deadletters.DeadLetterBox.Group;
import io.wildstream.cluster.Json;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream dlq list}: how many dead letters there are, and why. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Counts the dead letters by stage and reason.")
final class DlqListCommand implements Callable<Integer> {

    private static final String ROW = "%-10s %-26s %10s %10s  %-20s %s";

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    DlqCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Override
    public Integer call() {
        print(spec.commandLine().getOut(), parent.place().box().groups(), json);
        return 0;
    }

    static void print(PrintWriter out, List<Group> groups, boolean json) {
        if (json) {
            out.println(Json.text(groups.stream().map(DlqListCommand::facts).toList()));
        } else if (groups.isEmpty()) {
            out.println("no dead letters");
        } else {
            out.println(ROW.formatted("stage", "reason", "count", "replayed", "newest original", "last offset"));
            groups.forEach(group -> out.println(ROW.formatted(
                    group.stage().label(),
                    DlqCommand.printable(group.reason()),
                    String.format(Locale.ROOT, "%,d", group.count()),
                    String.format(Locale.ROOT, "%,d", group.resent()),
                    time(group),
                    group.lastOffset())));
        }
        out.flush();
    }

    private static Map<String, Object> facts(Group group) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("stage", group.stage().label());
        facts.put("reason", group.reason());
        facts.put("count", group.count());
        facts.put("replayed", group.resent());
        facts.put("newest", time(group));
        facts.put("last_offset", group.lastOffset());
        return facts;
    }

    private static String time(Group group) {
        return Instant.ofEpochMilli(group.newest())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }
}
