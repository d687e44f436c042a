// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.deadletters;

import io.wildstream.cli.session.HomeOptions;
import io.wildstream.client.deadletters.DeadLetterBox;
import io.wildstream.cluster.ClusterState;
import io.wildstream.contracts.Topics;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream dlq}: the records that a stage could not use. */
@Command(
        name = "dlq",
        subcommands = {DlqListCommand.class, DlqShowCommand.class, DlqResendCommand.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Dead letters of the running cluster: records that a stage (teacher, selector, trainer) could not use,"
                        + " each stored unchanged with the reason.")
public final class DlqCommand implements Runnable {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: list, show or resend");
    }

    /** Where the dead letters are. */
    record Place(Map<String, Object> kafka, Topics topics) {

        DeadLetterBox box() {
            return new DeadLetterBox(kafka, topics);
        }
    }

    Place place() {
        ClusterState state = root.cluster();
        return new Place(state.kafka(), state.topics());
    }
}
