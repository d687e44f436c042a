// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import io.wildstream.engine.ImageShape;
import io.wildstream.engine.torch.Draws;
import io.wildstream.engine.torch.FloatTensor;
import io.wildstream.engine.torch.UnrolledNetwork;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Learns images and the rates at which a network learns from them, so that a few gradient steps on them lead to a network that is good
 * on real images.
 *
 * <pre>
 * minimise over x, eta:  E over theta0 of CE(real images, theta(T))
 * theta(t+1) = theta(t) - eta(t) * d CE(x(t mod S), theta(t)) / d theta,   eta = softplus(raw) > 0,   T = S * E
 * </pre>
 *
 * <p>Wang, Zhu, Torralba, Efros 2018, arXiv:1811.10959, algorithm 1, with fixed labels. Each iteration draws a mini-batch of real images
 * and starting weights, averages the exact gradients over the networks and makes one step of Adam with betas 0.5 and 0.999. A pure
 * function of images, options and architecture at a given thread count, also across {@link #save} and {@link #restore}. Belongs to one
 * thread.
 */
public final class Condensation {

    private static final double MEMORY = 0.98;
    private static final String ITERATION = "iteration";

    private final UnrolledNetwork network;
    private final RealImages real;
    private final StartingWeights weights;
    private final CondensationOptions options;
    private final int[] labels;
    private final Learned images;
    private final Learned rawRates;
    private final FloatBuffer batch;
    private final int[] batchLabels;
    private int iteration;
    private double loss = Double.NaN;
    private double accuracy = Double.NaN;

    Condensation(UnrolledNetwork network, RealImages real, StartingWeights weights, CondensationOptions options) {
        this.network = network;
        this.real = real;
        this.weights = weights;
        this.options = options;
        this.labels = labels(options, network.description().classCount());
        this.images = new Learned("images", startingImages());
        this.rawRates = new Learned("raw_rates", startingRates());
        this.batchLabels = new int[real.batchSize(options.batchSize())];
        this.batch = real.newBatch(batchLabels.length);
    }

    /** Classes 0 to K - 1, imagesPerClass times, in each batch. */
    private static int[] labels(CondensationOptions options, int classes) {
        int[] all = new int[Math.multiplyExact(options.steps(), Math.multiplyExact(classes, options.imagesPerClass()))];
        for (int i = 0; i < all.length; i++) {
            all[i] = i % classes;
        }
        return all;
    }

    private float[] startingImages() {
        if (options.start() == CondensationOptions.Start.REAL) {
            return real.draw(labels, "start");
        }
        ImageShape shape = network.description().image();
        Draws draws = new Draws(options.seed(), "condensed images");
        float[] values = new float[Math.multiplyExact(labels.length, shape.values())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) draws.normal();
        }
        return values;
    }

    private float[] startingRates() {
        float[] values = new float[options.innerSteps()];
        Arrays.fill(values, (float) Math.log(Math.expm1(options.initialRate())));
        return values;
    }

    /** Iterations done, those of an earlier run included. */
    public int iteration() {
        return iteration;
    }

    /** Running mean of the outer loss, and of the accuracy that goes with it; NaN before the first iteration. */
    double loss() {
        return loss;
    }

    double accuracy() {
        return accuracy;
    }

    /** The learned images as lessons; the arrays are in place, not copies. */
    UnrolledNetwork.Lessons lessons() {
        return new UnrolledNetwork.Lessons(images.values(), labels, options.steps());
    }

    /** The learned rates, softplus of what is learned: always above 0. */
    float[] rates() {
        float[] rates = new float[rawRates.values().length];
        for (int t = 0; t < rates.length; t++) {
            rates[t] = (float) Math.log1p(Math.exp(rawRates.values()[t]));
        }
        return rates;
    }

    /** One iteration. A gradient that is not finite changes nothing. */
    void step() {
        double[] imageGradient = new double[images.values().length];
        double[] rateGradient = new double[rawRates.values().length];
        real.fill(iteration, batch.clear(), batchLabels);
        batch.flip();
        float[] rates = rates();
        for (int net = 0; net < options.networks(); net++) {
            float[] start = weights.draw((long) iteration * options.networks() + net);
            UnrolledNetwork.Outcome outcome = network.descend(start, lessons(), rates, batch, batchLabels);
            add(imageGradient, outcome.pixels());
            add(rateGradient, outcome.rates());
            remember(outcome.loss(), (double) outcome.right() / batchLabels.length);
        }
        for (int t = 0; t < rateGradient.length; t++) {
            rateGradient[t] /= 1 + Math.exp(-rawRates.values()[t]);
        }
        iteration++;
        if (finite(imageGradient) && finite(rateGradient)) {
            update(imageGradient, rateGradient);
        }
    }

    private void update(double[] imageGradient, double[] rateGradient) {
        double schedule = options.schedule().factor(iteration - 1, options.iterations());
        images.step(imageGradient, options.maxGradientGrowth(), options.learningRate() * schedule, iteration);
        rawRates.step(rateGradient, options.maxGradientGrowth(), options.rateLearningRate() * schedule, iteration);
    }

    private void add(double[] sum, float[] part) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += part[i] / (double) options.networks();
        }
    }

    private static boolean finite(double[] values) {
        for (double value : values) {
            if (!Double.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private void remember(double newLoss, double newAccuracy) {
        if (!Double.isFinite(newLoss)) {
            return;
        }
        loss = Double.isNaN(loss) ? newLoss : MEMORY * loss + (1 - MEMORY) * newLoss;
        accuracy = Double.isNaN(accuracy) ? newAccuracy : MEMORY * accuracy + (1 - MEMORY) * newAccuracy;
    }

    /** Writes all that a later run needs to go on bit for bit. */
    void save(Path file) throws IOException {
        SortedMap<String, FloatTensor> tensors = new TreeMap<>();
        images.save(tensors);
        rawRates.save(tensors);
        // Two floats hold the number exactly.
        tensors.put(ITERATION, FloatTensor.of(new float[] {iteration >>> 16, iteration & 0xFFFF}, 2));
        tensors.put("running", FloatTensor.of(new float[] {(float) loss, (float) accuracy}, 2));
        FloatTensor.write(file, tensors);
    }

    /** Goes on where {@link #save} was called, with equal options. */
    void restore(Path file) throws IOException {
        SortedMap<String, FloatTensor> tensors = FloatTensor.read(file);
        FloatTensor count = tensors.get(ITERATION);
        FloatTensor running = tensors.get("running");
        if (count == null || count.values().length != 2 || running == null || running.values().length != 2) {
            throw new IOException(file + " is no state of a condensation");
        }
        images.restore(tensors, file);
        rawRates.restore(tensors, file);
        iteration = ((int) count.values()[0] << 16) | (int) count.values()[1];
        loss = running.values()[0];
        accuracy = running.values()[1];
    }
}
