// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import io.wildstream.lab.workload.WorkloadSettings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options of the images. */
@OptionGroup("Images")
public final class DataOptions {
    @Option(
            names = "--data",
            paramLabel = "PATH",
            description =
                    "Original image set: a directory of IDX files, CIFAR-10 binary files or image folders, or a tar"
                            + " archive of images (default: built-in images).")
    @Nullable Path original;

    @Option(
            names = "--wild",
            paramLabel = "PATH",
            split = ",",
            description =
                    "Further image sets of the stream, separated by commas (default: those of the built-in images, else none).")
    List<Path> wild = List.of();

    @Option(
            names = "--teacher-images",
            paramLabel = "N",
            converter = ImageCountConverter.class,
            description =
                    "First images of the original set, which the teacher learns from; the rest go into the stream."
                            + " 'all' for all (default: half of them).")
    @Nullable Integer teacherImages;

    @Option(
            names = "--in-domain-share",
            paramLabel = "SHARE",
            description =
                    "Share of the stream that is of the original set, in [0, 1): further images of it are left out (default:"
                            + " 0.065 for the built-in images, else all stay).")
    @Nullable Double inDomainShare;

    @Option(names = "--samples", paramLabel = "N", description = "Most samples of the stream (default: all).")
    @Nullable Integer samples;

    public WorkloadSettings.DataSettings settings(CommandSpec spec) {
        Double share = inDomainShare;
        Require.that(
                spec, share == null || (share >= 0 && share < 1), "--in-domain-share", share, "a number in [0, 1)");
        Require.that(spec, teacherImages == null || teacherImages > 0, "--teacher-images", teacherImages, "at least 1");
        Require.that(spec, samples == null || samples > 0, "--samples", samples, "at least 1");
        return new WorkloadSettings.DataSettings(original, wild, teacherImages, share, samples);
    }
}
