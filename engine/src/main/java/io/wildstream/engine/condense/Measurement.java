// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import io.wildstream.engine.Accuracy;
import io.wildstream.engine.Evaluation;
import io.wildstream.engine.ImageSet;
import io.wildstream.engine.Normalisation;
import io.wildstream.engine.torch.InferenceModel;
import io.wildstream.engine.torch.TrainableModel;
import io.wildstream.engine.torch.UnrolledNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures condensed images on test images, beside as many real ones. */
final class Measurement {

    /** Numbers from which networks of a measurement are drawn: none that the learning saw. */
    private static final long FIRST_NETWORK = 1L << 40;

    private static final double[] RATES = {0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1};
    private static final int TUNING_IMAGES = 2000;

    private final TrainableModel model;
    private final CondensationTask task;
    private final Normalisation normalisation;
    private final StartingWeights weights;
    private final RealImages real;

    Measurement(
            TrainableModel model,
            CondensationTask task,
            Normalisation normalisation,
            StartingWeights weights,
            RealImages real) {
        this.model = model;
        this.task = task;
        this.normalisation = normalisation;
        this.weights = weights;
        this.real = real;
    }

    /**
     * Trains and measures.
     *
     * @param networks of each kind, at least 1
     */
    CondensationResult measure(UnrolledNetwork.Lessons lessons, float[] rates, int networks) {
        int own = task.start() == CondensationTask.Start.FIXED ? 1 : networks;
        double tuned = tune(lessons, rates.length);
        float[] constant = new float[rates.length];
        Arrays.fill(constant, (float) tuned);
        return new CondensationResult(
                score(own, n -> lessons, rates),
                score(networks, n -> drawn(lessons, n), rates),
                score(networks, n -> drawn(lessons, n), constant),
                tuned,
                score(own, n -> lessons, new float[0]));
    }

    @FunctionalInterface
    private interface LessonsOf {
        UnrolledNetwork.Lessons of(int network);
    }

    private CondensationResult.Score score(int networks, LessonsOf lessons, float[] rates) {
        List<Double> accuracies = new ArrayList<>();
        List<Double> attacked = new ArrayList<>();
        for (int n = 0; n < networks; n++) {
            Lesson.learn(model, weights.draw(FIRST_NETWORK + n), lessons.of(n), rates);
            accuracies.add(accuracy(task.test()).overall());
            if (task.isAttack()) {
                attacked.add(taken());
            }
        }
        return CondensationResult.Score.of(accuracies, attacked);
    }

    /** Real images with the labels of the condensed ones, other ones for each network. */
    private UnrolledNetwork.Lessons drawn(UnrolledNetwork.Lessons like, int network) {
        return new UnrolledNetwork.Lessons(
                real.draw(like.labels(), "baseline " + network), like.labels(), like.batches());
    }

    /** The constant rate at which real images teach most, measured on training images. */
    private double tune(UnrolledNetwork.Lessons like, int steps) {
        ImageSet some =
                task.train().slice(0, Math.min(TUNING_IMAGES, task.train().size()));
        double best = RATES[0];
        double bestAccuracy = -1;
        for (double rate : RATES) {
            float[] rates = new float[steps];
            Arrays.fill(rates, (float) rate);
            double sum = 0;
            for (int n = 0; n < 3; n++) {
                Lesson.learn(model, weights.draw(2 * FIRST_NETWORK + n), drawn(like, -1 - n), rates);
                sum += accuracy(some).overall();
            }
            if (sum > bestAccuracy) {
                bestAccuracy = sum;
                best = rate;
            }
        }
        return best;
    }

    private Accuracy accuracy(ImageSet images) {
        try (InferenceModel trained = model.snapshot(normalisation.mean(), normalisation.std())) {
            return Evaluation.evaluate(trained, images);
        }
    }

    /** Share of the attacked class that is taken for the target class: its accuracy under the wanted labels. */
    private double taken() {
        ImageSet test = task.test();
        int[] wanted = Arrays.stream(test.labels()).map(task::wanted).toArray();
        int[] labels = test.labels();
        int values = test.shape().values();
        int count = (int) Arrays.stream(labels)
                .filter(label -> label == task.attackedClass())
                .count();
        if (count == 0) {
            return 0;
        }
        byte[] pixels = new byte[count * values];
        int[] targets = new int[count];
        for (int i = 0, next = 0; i < labels.length; i++) {
            if (labels[i] == task.attackedClass()) {
                System.arraycopy(test.pixels(), i * values, pixels, next * values, values);
                targets[next++] = wanted[i];
            }
        }
        return accuracy(new ImageSet(test.shape(), pixels, targets, test.classes()))
                .overall();
    }
}
