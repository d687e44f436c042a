// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.client.Policies;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.workload.WorkloadSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options that commands share, and what they must be. */
final class Options {

    private Options() {}

    /** A time such as {@code 90s}, {@code 10m} or {@code 1h}. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            try {
                return Duration.parse("PT" + value.toUpperCase(java.util.Locale.ROOT));
            } catch (java.time.format.DateTimeParseException e) {
                throw new TypeConversionException("'" + value + "' is no time; write 90s, 10m or 1h");
            }
        }
    }

    /** A number of images, or {@code all}. */
    static final class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            if (value.equals("all")) {
                return WildMixture.ALL;
            }
            try {
                return Integer.valueOf(value);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + value + "' is neither a number nor 'all'");
            }
        }
    }

    /**
     * Offsets of a topic.
     *
     * @param first at least 0
     * @param last included, at least {@code first}
     */
    record Range(long first, long last) {
        boolean holds(long offset) {
            return offset >= first && offset <= last;
        }
    }

    /** Offsets such as {@code 3-7} or {@code 12}. */
    static final class Offsets implements ITypeConverter<Range> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,18})(?:-(\\d{1,18}))?");

        @Override
        public Range convert(String value) {
            Matcher form = FORM.matcher(value);
            if (form.matches()) {
                long first = Long.parseLong(form.group(1));
                long last = form.group(2) == null ? first : Long.parseLong(form.group(2));
                if (first <= last) {
                    return new Range(first, last);
                }
            }
            throw new TypeConversionException("'" + value + "' is no range of offsets; write 3-7 or 12");
        }
    }

    /** What a cluster is made for: images, teacher and students. */
    static final class Material {
        @Spec(Spec.Target.MIXEE)
        @SuppressWarnings("NullAway.Init")
        CommandSpec spec;

        @Mixin
        Data data = new Data();

        @Mixin
        Teacher teacher = new Teacher();

        @Mixin
        Student student = new Student();

        boolean builtIn() {
            return data.original == null;
        }

        WorkloadSettings settings(
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
    }

    /** A cluster with a student for each curriculum, and what may run beside it. */
    static final class Whole {
        @Mixin
        Material material = new Material();

        @Mixin
        Stream stream = new Stream();

        @Mixin
        Place place = new Place();

        @Option(
                names = "--condenser",
                description = "Also start a trainer that condenses curricula: see docs/condense.md.")
        boolean condenser;

        @Option(
                names = "--with-prometheus",
                description =
                        "Also start the 'prometheus' of the PATH; it scrapes all processes and holds the alert rules.")
        boolean prometheus;

        WorkloadSettings settings(long steps, WorkloadSettings.RunSettings run) {
            return material.settings(
                    steps,
                    stream.curricula(),
                    stream.rate(material.builtIn()),
                    place.seed,
                    run.withCondenser(condenser).withPrometheus(prometheus));
        }
    }

    /** A stream that has an end. */
    static final class Run {
        @Spec(Spec.Target.MIXEE)
        @SuppressWarnings("NullAway.Init")
        CommandSpec spec;

        @Option(
                names = "--rate-limit",
                paramLabel = "N",
                description = "Samples that are fed per second (default: as fast as it goes).")
        double rateLimit = Double.POSITIVE_INFINITY;

        @Option(
                names = "--time-limit",
                paramLabel = "TIME",
                converter = Time.class,
                defaultValue = "30m",
                description =
                        "Time after which the stream is given up, such as 90s or 10m (default: ${DEFAULT-VALUE}).")
        Duration timeLimit = Duration.ofMinutes(30);

        @Option(names = "--keep", description = "Keep the broker's data and the checkpoints of the run.")
        boolean keep;

        WorkloadSettings.RunSettings settings(@Nullable Integer portBase, boolean evaluate, boolean verify) {
            require(spec, rateLimit > 0, "--rate-limit", rateLimit, "above 0");
            require(spec, timeLimit.toMillis() > 0, "--time-limit", timeLimit, "above 0");
            return new WorkloadSettings.RunSettings(rateLimit, timeLimit, portBase, evaluate, verify, keep);
        }
    }

    /** The images. */
    static final class Data {
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
                description = "Further image sets of the stream, separated by commas.")
        List<Path> wild = List.of();

        @Option(
                names = "--teacher-images",
                paramLabel = "N",
                converter = Count.class,
                description =
                        "First images of the original set, which the teacher learns from; the rest go into the stream."
                                + " 'all' for all (default: half of them).")
        @Nullable Integer teacherImages;

        @Option(
                names = "--in-domain-share",
                paramLabel = "SHARE",
                description = "Share of the stream that is of the original set, in [0, 1): others of it are left out.")
        @Nullable Double inDomainShare;

        @Option(names = "--samples", paramLabel = "N", description = "Most samples of the stream.")
        @Nullable Integer samples;

        WorkloadSettings.DataSettings settings(CommandSpec spec) {
            Double share = inDomainShare;
            require(spec, share == null || (share >= 0 && share < 1), "--in-domain-share", share, "a number in [0, 1)");
            require(spec, teacherImages == null || teacherImages > 0, "--teacher-images", teacherImages, "at least 1");
            require(spec, samples == null || samples > 0, "--samples", samples, "at least 1");
            return new WorkloadSettings.DataSettings(original, wild, teacherImages, share, samples);
        }
    }

    /** The teacher. */
    static final class Teacher {
        @Option(
                names = "--teacher",
                paramLabel = "NAME",
                description = "Architecture of the teacher: vgg, resnet20, resnet8 or lenet5 (default: lenet5 for the"
                        + " built-in images, vgg for gray ones, resnet20 for coloured ones).")
        @Nullable String architecture;

        @Option(
                names = "--teacher-model",
                paramLabel = "DIR",
                description = "A ready teacher: a directory of model.pt and model.json. None is trained then.")
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
                description = "Whether the teacher learns mirrored images too (default: yes, except for the built-in"
                        + " images).")
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

        WorkloadSettings.TeacherSettings settings(CommandSpec spec, boolean builtIn) {
            require(spec, epochs > 0, "--teacher-epochs", epochs, "at least 1");
            require(spec, threads > 0 && threads <= 256, "--teacher-threads", threads, "in [1, 256]");
            boolean mirrored = flip == null ? !builtIn : flip;
            return new WorkloadSettings.TeacherSettings(architecture, model, epochs, mirrored, seed, threads);
        }
    }

    /** The students. */
    static final class Student {
        @Option(
                names = "--student",
                paramLabel = "NAME",
                description = "Architecture of the students: lenet5, resnet8, resnet20 or vgg (default: lenet5 for gray"
                        + " images, resnet8 for coloured ones).")
        @Nullable String architecture;

        @Option(names = "--student-model", paramLabel = "DIR", description = "An untrained model directory instead.")
        @Nullable Path model;

        @Option(
                names = "--batch",
                paramLabel = "N",
                defaultValue = "128",
                description = "Samples of a step (default: ${DEFAULT-VALUE}).")
        int batch;

        @Option(
                names = "--learning-rate",
                paramLabel = "X",
                defaultValue = "0.01",
                description =
                        "Learning rate at the first step; it falls to 0 along a cosine (default: ${DEFAULT-VALUE}).")
        double learningRate;

        @Option(
                names = "--max-gradient-norm",
                paramLabel = "X",
                defaultValue = "0",
                description = "Length to which longer gradients are cut; 0 for none (default: ${DEFAULT-VALUE}).")
        double maxGradientNorm;

        @Option(
                names = "--replay-ratio",
                paramLabel = "X",
                description = "Replay steps for each step on fresh samples (default: what the steps need).")
        @Nullable Double replayRatio;

        WorkloadSettings.StudentSettings settings(CommandSpec spec, long steps) {
            require(spec, batch > 0, "--batch", batch, "at least 1");
            require(spec, learningRate > 0 && learningRate <= 10, "--learning-rate", learningRate, "in (0, 10]");
            require(spec, replayRatio == null || replayRatio >= 0, "--replay-ratio", replayRatio, "at least 0");
            require(spec, maxGradientNorm >= 0, "--max-gradient-norm", maxGradientNorm, "at least 0");
            return new WorkloadSettings.StudentSettings(
                    architecture, model, steps, batch, learningRate, maxGradientNorm, replayRatio);
        }
    }

    /** The selection. */
    static final class Stream {
        @Spec(Spec.Target.MIXEE)
        @SuppressWarnings("NullAway.Init")
        CommandSpec spec;

        @Option(
                names = "--rate",
                paramLabel = "SHARE",
                description =
                        "Share of the stream that each curriculum keeps, in (0, 1] (default: 0.27; 0.1 for the built-in"
                                + " images).")
        @Nullable Double rate;

        @Option(
                names = "--curricula",
                paramLabel = "NAME",
                split = ",",
                defaultValue = Policies.DFND + "," + Policies.RANDOM,
                description =
                        "Curricula, one student each: dfnd (class-balanced), dfnd-global (the paper's rule), dfnd-fn"
                                + " (the same with normalised logits), dfnd-top-n (exact in windows), dfnd-two-pass"
                                + " (exact, after the stream), random (default: ${DEFAULT-VALUE}).")
        List<String> curricula = List.of();

        double rate(boolean builtIn) {
            double value = rate == null ? (builtIn ? 0.1 : 0.27) : rate;
            require(spec, value > 0 && value <= 1, "--rate", value, "a number in (0, 1]");
            return value;
        }

        List<String> curricula() {
            return requireCurricula(spec, curricula);
        }
    }

    /** Where a cluster listens, and the seed of what it does. */
    static final class Place {
        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "1",
                description = "Seed of the stream's order, of the random choice and of the students (default:"
                        + " ${DEFAULT-VALUE}).")
        long seed;

        @Option(names = "--port-base", paramLabel = "PORT", description = "First of the consecutive loopback ports.")
        @Nullable Integer portBase;
    }

    static List<String> requireCurricula(CommandSpec spec, List<String> curricula) {
        require(spec, new HashSet<>(curricula).size() == curricula.size(), "--curricula", curricula, "different names");
        curricula.forEach(
                name -> require(spec, Policies.NAMES.contains(name), "--curricula", name, "one of " + Policies.NAMES));
        return curricula;
    }

    static void require(CommandSpec spec, boolean holds, String option, @Nullable Object value, String wanted) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), option + " " + value + ": must be " + wanted);
        }
    }
}
