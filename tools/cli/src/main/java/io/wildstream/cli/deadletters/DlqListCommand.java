// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.deadletters;

import io.wildstream.cli.session.Output;
import io.wildstream.client.deadletters.DeadLetterBox.Group;
import io.wildstream.client.text.DeadLetterText;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream dlq list}: how many dead letters there are, and why. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Counts the dead letters by stage and reason.")
public final class DlqListCommand implements Callable<Integer> {

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
        List<Group> groups = parent.place().box().groups();
        Output out = new Output(spec);
        if (json) {
            out.json(groups.stream().map(DeadLetterText::fields).toList());
        } else {
            out.lines(DeadLetterText.table(groups));
        }
        return 0;
    }
}
