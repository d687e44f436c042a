// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.student;

import io.wildstream.cli.options.DurationConverter;
import io.wildstream.cli.session.ExitStatus;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.cli.session.JsonOption;
import io.wildstream.cluster.Installation;
import io.wildstream.lab.replay.StudentReplay;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream replay}: learns a student again from its log, and compares. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Learns a finished student of the running cluster again from the beginning of its curriculum, in "
                    + "a second trainer, and compares the weights bit for bit.",
            "Exit status 3 when they differ."
        })
public final class ReplayCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(paramLabel = "STUDENT", description = "Id of the student.")
    String student = "";

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "30m",
            description = "Time after which it is given up (default: ${DEFAULT-VALUE}).")
    Duration timeLimit = Duration.ofMinutes(30);

    @Option(names = "--verify", description = "Compare the weights, which is done anyway.")
    boolean verify;

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        json.check();
        StudentReplay replay = StudentReplay.run(Installation.find(), root.home(), root.cluster(), student, timeLimit);
        json.show(replay.fields(), replay::lines);
        return replay.equal() ? 0 : ExitStatus.UNSOUND;
    }
}
