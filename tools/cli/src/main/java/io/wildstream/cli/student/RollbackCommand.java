// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.student;

import io.wildstream.cli.options.Offsets;
import io.wildstream.cli.options.OffsetsConverter;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.cli.session.Output;
import io.wildstream.client.GatewayClient;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.OffsetRange;
import io.wildstream.contracts.v1.RollbackStudentRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream rollback}: a student goes back to an earlier checkpoint and continues from there. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = {
            "Takes a student back to an earlier checkpoint: weights, optimizer and place in its curriculum.",
            "It continues from there, without what --skip-offsets and --skip-source name. Later checkpoints "
                    + "are given up."
        })
public final class RollbackCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

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
            converter = OffsetsConverter.class,
            description =
                    "Curriculum offsets whose samples are not learned again, both ends included; several with commas"
                            + " (default: none).")
    List<Offsets> offsets = List.of();

    @Option(
            names = "--skip-source",
            paramLabel = "SOURCE",
            split = ",",
            description =
                    "Sources whose samples are neither learned again nor rehearsed; several with commas (default: none).")
    List<String> sources = List.of();

    @Option(
            names = "--reopen",
            description =
                    "The end of the stream that the curriculum holds by now does not count: the student waits for another"
                            + " one. The step may be its last.")
    boolean reopen;

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
                .setReopen(reopen)
                .build();
        try (GatewayClient gateway = root.gateway()) {
            CheckpointManifest now = gateway.rollBack(request);
            new Output(spec)
                    .format(
                            "student %s is back at step %,d and continues at offset %,d of curriculum %s%s",
                            student,
                            now.getStep(),
                            now.getNextOffset(),
                            now.getCurriculum(),
                            now.getSkipsCount() == 0 ? "" : "; skip rules: " + now.getSkipsCount());
        }
        return 0;
    }
}
