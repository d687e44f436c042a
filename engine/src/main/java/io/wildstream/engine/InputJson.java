// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wildstream.contracts.sample.TensorType;
import java.util.ArrayList;
import java.util.List;

/** The value of {@code input} in {@code model.json}. */
final class InputJson {

    private static final String EXPECTED = "input must be {\"channels\": C, \"height\": H, \"width\": W} for images"
            + " or {\"shape\": [32], \"type\": \"float32\"} for tensors";

    private InputJson() {}

    static ModelInput read(JsonNode node) {
        boolean image = node.has("channels") || node.has("height") || node.has("width");
        boolean tensor = node.has("shape");
        if (!node.isObject() || image == tensor) {
            throw wrong(EXPECTED + ", got " + node);
        }
        return image ? new ImageShape(size(node, "channels"), size(node, "height"), size(node, "width")) : tensor(node);
    }

    private static TensorInput tensor(JsonNode node) {
        node.fieldNames().forEachRemaining(InputJson::requireKnown);
        JsonNode sizes = node.get("shape");
        List<Integer> shape = new ArrayList<>();
        for (JsonNode size : sizes) {
            shape.add(size.isInt() ? size.intValue() : 0);
        }
        String name = node.path("type").asText("");
        TensorType type = TensorType.ofText(name)
                .orElseThrow(() -> wrong("input.type must be float32, uint8, int32 or int64, got '" + name + "'"));
        double least = switch (type) {
            case UINT8 -> 0;
            case INT32, INT64 -> Double.NaN;
            default -> -Float.MAX_VALUE;
        };
        double most = type == TensorType.UINT8 ? 255 : -least;
        return new TensorInput(shape, type, bound(node, "minimum", least), bound(node, "maximum", most));
    }

    private static void requireKnown(String field) {
        if (!List.of("shape", "type", "minimum", "maximum").contains(field)) {
            throw wrong("input." + field + " is unknown, a tensor has shape, type, minimum and maximum");
        }
    }

    private static double bound(JsonNode node, String field, double otherwise) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() && Double.isNaN(otherwise)) {
            throw wrong(
                    "input." + field
                            + " must be given for int32 and int64, such as 0 and the size of the vocabulary less 1 for token ids");
        }
        if (!value.isMissingNode() && !value.isNumber()) {
            throw wrong("input." + field + " must be a number, got " + value);
        }
        return value.asDouble(otherwise);
    }

    private static int size(JsonNode node, String field) {
        return node.path(field).asInt(0);
    }

    static ObjectNode write(TensorInput input) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        input.shape().forEach(node.putArray("shape")::add);
        node.put("type", input.type().text());
        if (input.type().isFloating()) {
            putBound(node, "minimum", input.minimum());
            putBound(node, "maximum", input.maximum());
        } else {
            node.put("minimum", (long) input.minimum()).put("maximum", (long) input.maximum());
        }
        return node;
    }

    /** What bounds nothing is left out. */
    private static void putBound(ObjectNode node, String field, double bound) {
        if (Math.abs(bound) < Float.MAX_VALUE) {
            node.put(field, bound);
        }
    }

    private static IllegalArgumentException wrong(String message) {
        return new IllegalArgumentException(message);
    }
}
