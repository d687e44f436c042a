// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.deadletters;

import io.wildstream.cli.options.Require;
import io.wildstream.cli.session.JsonOption;
import io.wildstream.client.deadletters.DeadLetter;
import io.wildstream.client.deadletters.DeadLetterBox.Group;
import io.wildstream.client.text.DeadLetterText;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream dlq list}: how many dead letters there are, and why. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description =
                "Counts the dead letters by stage and reason, or lists the newest ones: which sample each was, and why it"
                        + " was refused.")
public final class DlqListCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    DlqCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    JsonOption json = new JsonOption();

    @Option(
            names = "--last",
            paramLabel = "N",
            description = "List the last N dead letters of each stage (default: count them).")
    @Nullable Integer last;

    @Option(
            names = "--reason",
            paramLabel = "CODE",
            description = "With --last: only those with this reason (default: any).")
    @Nullable String reason;

    @Override
    public Integer call() {
        json.check();
        Require.that(spec, last == null || last > 0, "--last", last, "at least 1");
        Require.that(spec, reason == null || last != null, "--reason", reason, "given with --last");
        if (last != null) {
            List<Map<String, Object>> letters = parent.place().box().newest(last, this::wanted, DeadLetterText::fields);
            json.show(letters, () -> DeadLetterText.letters(letters));
            return 0;
        }
        List<Group> groups = parent.place().box().groups();
        json.show(groups.stream().map(DeadLetterText::fields).toList(), () -> DeadLetterText.table(groups));
        return 0;
    }

    private boolean wanted(DeadLetter letter) {
        return reason == null || reason.equals(letter.reason());
    }
}
