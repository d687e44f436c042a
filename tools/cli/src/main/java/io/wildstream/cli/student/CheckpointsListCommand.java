// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.student;

import io.wildstream.cli.session.JsonOption;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.text.CheckpointText;
import io.wildstream.contracts.v1.ListCheckpointsResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream checkpoints list}: what a student was, and what it can go back to. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the committed checkpoints of a student, oldest first.",
            "A student can go back to 'kept' ones with 'wildstream rollback'; 'given up' ones were abandoned "
                    + "by a rollback."
        })
public final class CheckpointsListCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    CheckpointsCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(paramLabel = "STUDENT", description = "Id of the student.")
    String student = "";

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        json.check();
        try (GatewayClient gateway = parent.root.gateway()) {
            ListCheckpointsResponse all = gateway.checkpoints(student);
            json.show(all, () -> CheckpointText.lines(all));
        }
        return 0;
    }
}
