// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The last linear layer of a module, found by the shape of its weights [K, D]: it tells logits from features where both have the same
 * length.
 */
@SuppressWarnings("ArrayRecordComponent")
record Classifier(float[] weights, float[] bias) {

    private static final double TOLERANCE = 1e-3;

    /** All layers of a module that can be the last one. */
    static List<Classifier> of(PtSymbolBlock module, NDManager manager, int classes, int features) {
        return Torch.scoped(() -> {
            Map<String, NDArray> parameters = new HashMap<>();
            JniUtils.moduleGetParams(module, (PtNDManager) manager)
                    .forEach(array -> parameters.put(String.valueOf(array.getName()), array));
            List<Classifier> found = new ArrayList<>();
            parameters.forEach((name, weight) -> {
                if (name.endsWith("weight") && weight.getShape().equals(new Shape(classes, features))) {
                    NDArray bias = parameters.get(name.substring(0, name.length() - "weight".length()) + "bias");
                    found.add(new Classifier(
                            Modules.float32(weight).toFloatArray(),
                            bias == null
                                    ? new float[classes]
                                    : Modules.float32(bias).toFloatArray()));
                }
            });
            return found;
        });
    }

    /** Whether it makes these outputs of that input; both begin their arrays. */
    boolean makes(float[] outputs, float[] inputs) {
        int size = weights.length / bias.length;
        double difference = 0;
        double largest = 0;
        for (int k = 0; k < bias.length; k++) {
            double sum = bias[k];
            for (int d = 0; d < size; d++) {
                sum += (double) weights[k * size + d] * inputs[d];
            }
            difference = Math.max(difference, Math.abs(sum - outputs[k]));
            largest = Math.max(largest, Math.abs(outputs[k]));
        }
        return difference <= TOLERANCE * largest;
    }
}
