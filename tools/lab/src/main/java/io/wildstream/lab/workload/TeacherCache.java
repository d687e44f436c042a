// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import io.wildstream.cluster.ArgumentException;
import io.wildstream.engine.Digests;
import io.wildstream.engine.Evaluation;
import io.wildstream.engine.ImageSet;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.SupervisedTraining;
import io.wildstream.engine.TrainingOptions;
import io.wildstream.engine.TrainingProgress;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.torch.InferenceModel;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.terminal.Progress;
import io.wildstream.lab.terminal.Screen;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Trained teachers in a directory, by what they were made of: images, architecture, options, seed. A demo with another seed of the stream
 * reuses the teacher of the first.
 */
public final class TeacherCache {

    /** Accuracies that differ by more than this are worth a warning: two points. */
    private static final double TOLERANCE = 0.02;

    /** Whether the accuracy that was measured is another one than a description says. */
    public static boolean differs(double measured, double described) {
        return Math.abs(measured - described) > TOLERANCE;
    }

    /**
     * A teacher that can be used.
     *
     * @param trainedNow whether this run has trained it
     * @param measured its accuracy on the test part, in [0, 1]; null when it cannot be measured there
     */
    public record Teacher(
            Path directory,
            ModelDescription description,
            boolean trainedNow,
            @Nullable Double measured) {

        /** What was measured, or else what its description says; null when neither is known. */
        public @Nullable Double bestKnownAccuracy() {
            return measured == null ? description.accuracy() : measured;
        }

        /** What it is called in its model store: its directory's name. */
        public String name() {
            return directory.toAbsolutePath().normalize().getFileName().toString();
        }
    }

    private static final int KEY_DIGITS = 16;

    private final Path directory;
    private final Screen screen;

    TeacherCache(Path directory, Screen screen) {
        this.directory = directory;
        this.screen = screen;
    }

    /** The teacher for these images, trained when it is not there yet. */
    Teacher get(WildMixture mixture, Path architecture, TrainingOptions options) {
        ImageSet train = mixture.teacherSet();
        ImageSet test = mixture.testSet();
        String name = mixture.original().name() + "-" + key(train, test, architecture, options);
        Path target = directory.resolve(name);
        if (Files.isDirectory(target)) {
            ModelDescription description = ModelDescription.read(target);
            screen.say("teacher     " + name + " from the cache" + accuracy(description));
            return new Teacher(target, description, false, description.accuracy());
        }
        screen.say(String.format(
                Locale.ROOT,
                "teacher     training %s on %,d images of %s, %d epochs",
                architecture.getFileName(),
                train.size(),
                mixture.original().name(),
                options.epochs()));
        ModelDescription description = SupervisedTraining.train(architecture, train, test, options, target, this::show);
        screen.clear();
        screen.say("teacher     " + name + " trained" + accuracy(description));
        return new Teacher(target, description, true, description.accuracy());
    }

    /** A ready teacher, measured on the test part where it reads such images and knows these classes. */
    static Teacher ready(Path directory, WildMixture mixture, Screen screen) {
        ModelDescription description = ModelDescription.read(directory);
        int classes = WorkloadData.classes(mixture.original()).size();
        Double measured = null;
        if (mixture.hasTest() && description.input().equals(mixture.shape()) && description.classCount() == classes) {
            screen.say("teacher     measuring " + directory.getFileName() + " on "
                    + mixture.test().size() + " test images");
            measured = measured(directory, mixture);
        }
        Teacher teacher = new Teacher(directory, description, false, measured);
        screen.say("teacher     " + teacher.name() + accuracies(measured, description.accuracy(), mixture.hasTest()));
        return teacher;
    }

    /** On the samples that the students are measured on, decoded as the services decode them. */
    private static double measured(Path directory, WildMixture mixture) {
        try (InferenceModel model = InferenceModel.load(directory)) {
            return Evaluation.evaluate(model, mixture.holdout()).overall();
        } catch (InvalidSampleException e) {
            throw new ArgumentException("a test image of " + mixture.original().name() + ": " + e.getMessage(), e);
        }
    }

    private static String accuracies(@Nullable Double measured, @Nullable Double described, boolean tested) {
        String why = tested ? "it reads other images or knows other classes" : "there are no test images (--data)";
        String text =
                measured == null ? ", accuracy not measured: " + why : percent(", accuracy %.2f %% measured", measured);
        String said = described == null ? "" : percent(", %.2f %% by its model.json", described);
        boolean wrong = measured != null && described != null && differs(measured, described);
        return text + said + (wrong ? "; correct that file: Q begins with its figures" : "");
    }

    private static String percent(String format, double share) {
        return String.format(Locale.ROOT, format, 100 * share);
    }

    private void show(TrainingProgress progress) {
        double left = (progress.steps() - progress.step()) / (double) progress.step();
        double elapsed = progress.step() * 128.0 / progress.imagesPerSecond();
        String line = String.format(
                Locale.ROOT,
                "  teacher: epoch %d, step %,d/%,d, loss %.3f, %,.0f images/s, left %s",
                progress.epoch(),
                progress.step(),
                progress.steps(),
                progress.loss(),
                progress.imagesPerSecond(),
                Progress.clock(Duration.ofMillis((long) (1000 * left * elapsed))));
        if (progress.step() % 5 == 0) {
            screen.show(List.of(line), line.strip());
        }
    }

    private static String accuracy(ModelDescription description) {
        Double accuracy = description.accuracy();
        return accuracy == null ? "" : String.format(Locale.ROOT, ", accuracy %.2f %%", 100 * accuracy);
    }

    private static String key(ImageSet train, ImageSet test, Path architecture, TrainingOptions options) {
        MessageDigest digest = Digests.newSha256();
        for (ImageSet set : List.of(train, test)) {
            digest.update(set.shape().toString().getBytes(StandardCharsets.UTF_8));
            digest.update(set.pixels());
            ByteBuffer labels = ByteBuffer.allocate(set.labels().length * Integer.BYTES);
            labels.asIntBuffer().put(set.labels());
            digest.update(labels);
        }
        String rest = ModelDescription.read(architecture).digest() + options + train.classes();
        digest.update(rest.getBytes(StandardCharsets.UTF_8));
        return Digests.hex(digest).substring(0, KEY_DIGITS);
    }
}
