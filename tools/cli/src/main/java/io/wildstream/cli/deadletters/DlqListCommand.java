// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.deadletters;

import io.wildstream.cli.session.JsonOption;
import io.wildstream.client.deadletters.DeadLetterBox.Group;
import io.wildstream.client.text.DeadLetterText;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        json.check();
        List<Group> groups = parent.place().box().groups();
        json.show(groups.stream().map(DeadLetterText::fields).toList(), () -> DeadLetterText.table(groups));
        return 0;
    }
}
