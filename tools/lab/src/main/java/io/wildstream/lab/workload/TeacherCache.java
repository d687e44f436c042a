// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import io.wildstream.engine.Digests;
import io.wildstream.engine.ImageSet;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.SupervisedTraining;
import io.wildstream.engine.TrainingOptions;
import io.wildstream.engine.TrainingProgress;
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

/**
 * Trained teachers in a directory, by what they were made of: images, architecture, options, seed. A demo with another seed of the stream
 * reuses the teacher of the first.
 */
public final class TeacherCache {

    /** A teacher that can be used. */
    public record Teacher(Path directory, ModelDescription description, boolean trainedNow) {

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
            return new Teacher(target, description, false);
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
        return new Teacher(target, description, true);
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
