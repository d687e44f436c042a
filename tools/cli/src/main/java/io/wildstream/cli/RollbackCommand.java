// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.client.GatewayClient;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.OffsetRange;
import io.wildstream.contracts.v1.RollbackStudentRequest;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream rollback}: a student goes back to an earlier checkpoint and learns on from there. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = {
            "Takes a student back to an earlier checkpoint: weights, optimizer and place in its curriculum. It learns on from there,",
            "without what --skip-offsets and --skip-source name. What came after the checkpoint is given up."
        })
final class RollbackCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(paramLabel = "STUDENT", description = "Id of the student.")
    String student = "";

    @Option(
            names = "--to-step",
            required = true,
            paramLabel = "N",
            description = "Step of a kept checkpoint: see 'wildstream checkpoints list'.")
    long step;

    @Option(
            names = "--skip-offsets",
            paramLabel = "A-B",
            split = ",",
            converter = Options.Offsets.class,
            description =
                    "Curriculum offsets whose samples are not learned again, both ends included; several with commas.")
    List<Options.Range> offsets = List.of();

    @Option(
            names = "--skip-source",
            paramLabel = "SOURCE",
            split = ",",
            description = "Sources whose samples are neither learned again nor rehearsed; several with commas.")
    List<String> sources = List.of();

    @Override
    public Integer call() {
        RollbackStudentRequest request = RollbackStudentRequest.newBuilder()
                .setStudent(student)
                .setStep(step)
                .addAllSkipOffsets(offsets.stream()
                        .map(range -> OffsetRange.newBuilder()
                                .setFirst(range.first())
                                .setLast(range.last())
                                .build())
                        .toList())
                .addAllSkipSources(sources)
                .build();
        try (GatewayClient gateway = Running.connect(Running.require(root.home()))) {
            CheckpointManifest now = gateway.rollBack(request);
            PrintWriter out = spec.commandLine().getOut();
            out.println(String.format(
                    Locale.ROOT,
                    "student %s is back at step %,d and reads on from offset %,d of curriculum %s%s",
                    student,
                    now.getStep(),
                    now.getNextOffset(),
                    now.getCurriculum(),
                    now.getSkipsCount() == 0 ? "" : "; skip rules: " + now.getSkipsCount()));
            out.flush();
        }
        return 0;
    }
}
