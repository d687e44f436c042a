// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import io.wildstream.lab.workload.WorkloadSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options of the teacher. */
@OptionGroup("Teacher")
public final class TeacherOptions {
    @Option(
            names = "--teacher",
            paramLabel = "NAME",
            description =
                    "Architecture of the teacher: vgg, resnet20, resnet8 or lenet5 (default: lenet5 for the built-in"
                            + " images, vgg for gray ones, resnet20 for coloured ones).")
    @Nullable String architecture;

    @Option(
            names = "--teacher-model",
            paramLabel = "DIR",
            description = "A ready teacher: a directory of model.pt and model.json. None is trained then (default:"
                    + " none).")
    @Nullable Path model;

    @Option(
            names = "--teacher-epochs",
            paramLabel = "N",
            defaultValue = "10",
            description = "Passes over the teacher's images (default: ${DEFAULT-VALUE}).")
    int epochs;

    @Option(
            names = "--flip",
            negatable = true,
            description =
                    "Whether the teacher learns mirrored images too (default: yes, except for the built-in images).")
    @Nullable Boolean flip;

    @Option(
            names = "--teacher-seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the teacher; --seed does not change the teacher (default: ${DEFAULT-VALUE}).")
    long seed;

    @Option(
            names = "--teacher-threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads that train the teacher; more help only when the cores are free (default:"
                    + " ${DEFAULT-VALUE}).")
    int threads;

    public WorkloadSettings.TeacherSettings settings(CommandSpec spec, boolean builtIn) {
        Require.that(spec, epochs > 0, "--teacher-epochs", epochs, "at least 1");
        Require.that(spec, threads > 0 && threads <= 256, "--teacher-threads", threads, "in [1, 256]");
        boolean mirrored = flip == null ? !builtIn : flip;
        return new WorkloadSettings.TeacherSettings(architecture, model, epochs, mirrored, seed, threads);
    }
}
