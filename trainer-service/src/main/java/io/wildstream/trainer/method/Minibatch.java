// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * What one step learns from. The arrays are lent: they may be overwritten after the step.
 *
 * @param size B, at least 1
 * @param pixels B*C*H*W normalised values from the buffer's position on, image after image, channels first
 * @param teacherLogits B*K values
 * @param pseudoLabels B classes in [0, K) that the teacher names
 * @param labels B classes in [0, K) that are taken for the truth
 * @param teacherNorms B Euclidean norms of the teacher's features
 * @param teacherFeatures for each sample its D features, or none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Minibatch(
        int size,
        FloatBuffer pixels,
        float[] teacherLogits,
        int[] pseudoLabels,
        int[] labels,
        float[] teacherNorms,
        List<float[]> teacherFeatures) {

    /** Checks that there is something to learn from. */
    public Minibatch {
        if (size < 1
                || pseudoLabels.length < size
                || labels.length < size
                || teacherNorms.length < size
                || teacherFeatures.size() < size
                || teacherLogits.length % pseudoLabels.length != 0) {
            throw new IllegalArgumentException("a minibatch of " + size + " samples with " + pseudoLabels.length
                    + " labels and " + teacherLogits.length + " logits");
        }
    }
}
