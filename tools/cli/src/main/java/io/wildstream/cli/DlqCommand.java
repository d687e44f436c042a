// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.client.deadletters.DeadLetterBox;
import io.wildstream.cluster.ClusterState;
import io.wildstream.contracts.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream dlq}: the records that a stage could not use. */
@Command(
        name = "dlq",
        subcommands = {DlqListCommand.class, DlqShowCommand.class, DlqReplayCommand.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Dead letters of the running cluster: records that a stage (teacher, selector, trainer) could not use,"
                        + " each kept as it came with the reason.")
final class DlqCommand implements Runnable {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: list, show or replay");
    }

    /** Where the dead letters are. */
    record Place(String bootstrapServers, Topics topics) {

        DeadLetterBox box() {
            return new DeadLetterBox(bootstrapServers, topics);
        }
    }

    Place place() {
        ClusterState state = Running.require(root.home());
        return new Place(state.bootstrapServers(), new Topics(state.topicPrefix()));
    }

    /** Text of an unknown writer as a terminal may get it: on one line, nothing that steers the terminal. */
    static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
    }
}
