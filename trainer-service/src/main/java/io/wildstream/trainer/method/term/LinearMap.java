// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.wildstream.engine.torch.Torch;
import io.wildstream.trainer.curriculum.Draws;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.SortedMap;

/** A learned linear layer between two feature spaces. */
public final class LinearMap {

    private LinearMap() {}

    /** A weight [to, from], normal with variance 1/from, drawn from the seed. */
    public static NDArray weight(NDManager manager, String name, int to, int from, long seed) {
        Random random = new Random(Draws.mix(seed, name.hashCode()));
        float[] values = new float[to * from];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(from));
        }
        return learned(Torch.tensor(manager, FloatBuffer.wrap(values), new Shape(to, from)), name);
    }

    /** A bias [to] of zeros. */
    public static NDArray bias(NDManager manager, String name, int to) {
        return learned(manager.zeros(new Shape(to)), name);
    }

    private static NDArray learned(NDArray array, String name) {
        array.setName(name);
        array.setRequiresGradient(true);
        return array;
    }

    /** {@code x W^T + b} [B, to]. */
    public static NDArray apply(NDArray rows, NDArray weight, NDArray bias) {
        return rows.matMul(weight.transpose()).add(bias);
    }

    /** The parameter of a name that there is. */
    public static NDArray get(SortedMap<String, NDArray> parameters, String name) {
        NDArray array = parameters.get(name);
        if (array == null) {
            throw new IllegalStateException("no parameter " + name);
        }
        return array;
    }
}
