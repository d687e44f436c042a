// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import io.wildstream.engine.torch.TrainableModel;
import io.wildstream.engine.torch.UnrolledNetwork;
import io.wildstream.engine.torch.training.CrossEntropyTrainer;
import io.wildstream.engine.torch.training.Sgd;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Ordinary training on a few images: plain gradient descent, one batch a step, with a rate for each step.
 *
 * <p>Knows nothing of how images were learned, so that it shows what they are good for. The network is in evaluation mode, as when they
 * were learned.
 */
public final class Lesson {

    private Lesson() {}

    /** Trains the model from these weights; rates[t] is that of the step on batch t mod S. */
    public static void learn(TrainableModel model, float[] start, UnrolledNetwork.Lessons lessons, float[] rates) {
        model.setParameterVector(start);
        model.setTraining(false);
        int perBatch = lessons.labels().length / lessons.batches();
        int values = lessons.pixels().length / lessons.labels().length;
        try (CrossEntropyTrainer trainer = new CrossEntropyTrainer(model, new Sgd.Options(0, 0, false))) {
            for (int t = 0; t < rates.length; t++) {
                int from = t % lessons.batches() * perBatch;
                FloatBuffer pixels = FloatBuffer.wrap(lessons.pixels(), from * values, perBatch * values);
                trainer.step(pixels, Arrays.copyOfRange(lessons.labels(), from, from + perBatch), rates[t]);
            }
        }
    }
}
