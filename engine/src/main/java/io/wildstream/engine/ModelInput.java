// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What a network reads of one sample: an image, or a tensor of any other meaning. */
public sealed interface ModelInput permits ImageShape, TensorInput {

    /**
     * Reads the value of {@code input} in {@code model.json}: {@code channels}, {@code height} and {@code width} of an image, or a tensor's
     * {@code shape}.
     *
     * @throws IllegalArgumentException naming the field
     */
    @JsonCreator
    static ModelInput fromJson(JsonNode node) {
        return InputJson.read(node);
    }

    /** Its sizes, without that of the batch. */
    List<Integer> shape();

    /** Number of values of one sample. */
    int values();
}
