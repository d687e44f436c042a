// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import io.wildstream.lab.workload.WorkloadSettings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Options of images, teacher and students. */
public final class DataAndModelOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    DataOptions data = new DataOptions();

    @Mixin
    TeacherOptions teacher = new TeacherOptions();

    @Mixin
    StudentOptions student = new StudentOptions();

    /** Whether the images are the built-in ones. */
    public boolean builtIn() {
        return data.original == null;
    }

    /** The settings of a run with these images and models. */
    public WorkloadSettings settings(
            long steps, List<String> curricula, double rate, long seed, WorkloadSettings.RunSettings run) {
        return new WorkloadSettings(
                data.settings(spec),
                teacher.settings(spec, builtIn()),
                student.settings(spec, steps),
                curricula,
                rate,
                seed,
                run);
    }

    /** The original image set; null for the built-in images. */
    public @Nullable Path original() {
        return data.original;
    }
}
