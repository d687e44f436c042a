// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import io.wildstream.lab.workload.DemoSettings;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
/** What a cluster is made for: images, teacher and students. */
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

    public boolean builtIn() {
        return data.original == null;
    }

    public DemoSettings settings(
            long steps, List<String> curricula, double rate, long seed, DemoSettings.RunSettings run) {
        return new DemoSettings(
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
