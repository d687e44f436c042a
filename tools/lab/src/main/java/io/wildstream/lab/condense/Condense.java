// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.condense;

import io.wildstream.cluster.ArgumentException;
import io.wildstream.cluster.Installation;
import io.wildstream.engine.ImageSet;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.condense.CondensationProgress;
import io.wildstream.engine.condense.CondensationResult;
import io.wildstream.engine.condense.CondensationRun;
import io.wildstream.engine.condense.CondensationTask;
import io.wildstream.engine.condense.CondensedSet;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.Part;
import io.wildstream.lab.data.format.DataSets;
import io.wildstream.lab.terminal.Progress;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.Architectures;
import io.wildstream.lab.workload.CpuTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Condenses an image set: opens it, learns, writes the artifact and its pictures, measures. */
public final class Condense {

    private final CondenseSettings settings;
    private final Installation installation;
    private final Screen screen;

    /** A condensation that shows its progress on this screen. */
    public Condense(CondenseSettings settings, Installation installation, Screen screen) {
        this.settings = settings;
        this.installation = installation;
        this.screen = screen;
    }

    /**
     * Condenses the set, or continues to.
     *
     * @throws ArgumentException when images, networks or options do not fit; the message says which
     * @throws CancellationException when the thread was interrupted; what was learned is saved
     */
    public CondenseReport run() {
        try {
            DataSet set = DataSets.open(settings.data());
            return run(set.name(), task(set));
        } catch (DataSetException | ModelException | IllegalArgumentException e) {
            throw new ArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    private CondensationTask task(DataSet set) {
        ImageSet all = set.imageSet(Part.TRAIN);
        Integer wanted = settings.trainImages();
        ImageSet train = wanted == null ? all : all.slice(0, Math.min(wanted, all.size()));
        return new CondensationTask(
                architecture(set.shape(), train.classes().size()),
                train,
                set.imageSet(Part.TEST),
                settings.start(),
                settings.trained(),
                label(train.classes(), settings.attackedClass(), "--attack-class"),
                label(train.classes(), settings.targetClass(), "--target-class"));
    }

    private Path architecture(ImageShape shape, int classes) {
        return new Architectures(installation.models(), shape, classes)
                .directory(Objects.requireNonNullElse(settings.architecture(), "lenet5"), settings.model());
    }

    private static int label(List<String> classes, @Nullable String name, String option) {
        int label = name == null ? -1 : classes.indexOf(name);
        if (name != null && label < 0) {
            throw new ArgumentException(option + " " + name + ": the image set has the classes " + classes);
        }
        return label;
    }

    private CondenseReport run(String data, CondensationTask task) {
        Path output = settings.output();
        double cpu = CpuTime.ofThisProcess();
        long start = System.nanoTime();
        try (CondensationRun run = new CondensationRun(task, settings.options(), output)) {
            if (run.iteration() > 0) {
                screen.say(text("resuming    at iteration %,d from %s", run.iteration(), output));
            }
            boolean finished = run.learn(settings.limit(), this::show);
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("stopped at iteration " + run.iteration() + "; what was learned is in "
                        + output + ", the same command continues");
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            screen.clear();
            CondensedSet set = run.write().set();
            CondensationResult result = run.measure(settings.networks());
            return new CondenseReport(
                    data,
                    set.facts().architecture(),
                    task.train().size(),
                    task.test().size(),
                    set.size(),
                    task.start(),
                    settings.options(),
                    run.iteration(),
                    finished,
                    Double.isNaN(run.loss()) ? null : run.loss(),
                    seconds,
                    CpuTime.ofThisProcess() - cpu,
                    result,
                    floats(set.rates()),
                    set.facts().digest());
        }
    }

    private static List<Float> floats(float[] values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    private void show(CondensationProgress progress) {
        String left = Progress.clock(Duration.ofSeconds((long) progress.secondsLeft()));
        String numbers = text(
                "iteration %,d/%,d, loss %.4f, real images right %.1f %%, left %s",
                progress.iteration(), progress.iterations(), progress.loss(), 100 * progress.accuracy(), left);
        int bar = 24;
        int full = (int) ((long) bar * progress.iteration() / progress.iterations());
        screen.show(List.of("  condensing [" + "#".repeat(full) + ".".repeat(bar - full) + "] " + numbers), numbers);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
