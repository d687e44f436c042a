// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import io.wildstream.engine.torch.Draws;
import io.wildstream.engine.torch.Initialisation;
import io.wildstream.engine.torch.TrainableModel;
import java.util.List;

/** Where the networks of an iteration start: a draw from p(theta0). Weights are {@link TrainableModel#parameterVector}. */
@FunctionalInterface
public interface StartingWeights {

    /** The weights of the n-th network that is drawn, from 0; the same for the same n. */
    float[] draw(long n);

    /** The same Xavier normal weights each time: the images are learned for them alone. */
    static StartingWeights fixed(TrainableModel model, long seed) {
        float[] weights = fresh(model, seed, "fixed");
        return n -> weights.clone();
    }

    /** Xavier normal weights of their own each time: the images are learned for any. */
    static StartingWeights random(TrainableModel model, long seed) {
        return n -> fresh(model, seed, "random." + n);
    }

    /** One of these, drawn by the seed: trained networks, for adaptation and attack. */
    static StartingWeights given(List<float[]> weights, long seed) {
        if (weights.isEmpty()) {
            throw new IllegalArgumentException("There must be at least one network to start from");
        }
        return n -> {
            double unit = new Draws(seed, "given." + n).unit();
            return weights.get(Math.min(weights.size() - 1, (int) (unit * weights.size())))
                    .clone();
        };
    }

    private static float[] fresh(TrainableModel model, long seed, String name) {
        long own = Double.doubleToLongBits(new Draws(seed, name).unit());
        model.initialise(own, Initialisation.XAVIER_NORMAL);
        return model.parameterVector();
    }
}
