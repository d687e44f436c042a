// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import io.wildstream.engine.torch.FloatTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;

/** Values that are learned by Adam (Kingma and Ba 2015, algorithm 1), with its moments. */
final class Learned {

    private static final double BETA1 = 0.5;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;
    private static final double MEMORY = 0.95;

    private final String name;
    private final float[] values;
    private final float[] mean;
    private final float[] variance;
    /** Running mean of the gradient's length; 0 before the first. */
    private final float[] length = new float[1];

    /** Values with zero moments; the array is changed in place. */
    Learned(String name, float[] values) {
        this.name = name;
        this.values = values;
        this.mean = new float[values.length];
        this.variance = new float[values.length];
    }

    /** In place, not a copy. */
    float[] values() {
        return values;
    }

    /**
     * One step. A gradient longer than maxGrowth times the running mean length is cut to that: where a descent of a few large steps is
     * chaotic, one gradient in many is orders of magnitude longer than the others and would spoil the moments.
     *
     * @param count steps including this one
     */
    void step(double[] gradient, double maxGrowth, double learningRate, long count) {
        double factor = cut(gradient, maxGrowth);
        double rate = learningRate / (1 - Math.pow(BETA1, count));
        double correction = Math.sqrt(1 - Math.pow(BETA2, count));
        for (int i = 0; i < values.length; i++) {
            double g = factor * gradient[i];
            mean[i] = (float) (BETA1 * mean[i] + (1 - BETA1) * g);
            variance[i] = (float) (BETA2 * variance[i] + (1 - BETA2) * g * g);
            values[i] -= (float) (rate * mean[i] / (Math.sqrt(variance[i]) / correction + EPSILON));
        }
    }

    private double cut(double[] gradient, double maxGrowth) {
        double squares = 0;
        for (double value : gradient) {
            squares += value * value;
        }
        double own = Math.sqrt(squares);
        double longest = length[0] == 0 ? own : Math.min(own, maxGrowth * length[0]);
        length[0] = (float) (length[0] == 0 ? own : MEMORY * length[0] + (1 - MEMORY) * longest);
        return own == 0 ? 1 : longest / own;
    }

    void save(SortedMap<String, FloatTensor> tensors) {
        tensors.put(name, FloatTensor.of(values, values.length));
        tensors.put(name + ".mean", FloatTensor.of(mean, mean.length));
        tensors.put(name + ".length", FloatTensor.of(length, 1));
        tensors.put(name + ".variance", FloatTensor.of(variance, variance.length));
    }

    void restore(SortedMap<String, FloatTensor> tensors, Path file) throws IOException {
        copy(tensors, name, values, file);
        copy(tensors, name + ".mean", mean, file);
        copy(tensors, name + ".length", length, file);
        copy(tensors, name + ".variance", variance, file);
    }

    private static void copy(SortedMap<String, FloatTensor> tensors, String key, float[] target, Path file)
            throws IOException {
        FloatTensor source = tensors.get(key);
        if (source == null || source.values().length != target.length) {
            throw new IOException(file + ": '" + key + "' is missing or does not have " + target.length + " values");
        }
        System.arraycopy(source.values(), 0, target, 0, target.length);
    }
}
