// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.wildstream.contracts.sample.TensorType;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * A tensor that a network reads as it is: an embedding, a row of a table, a spectrogram, token ids. Values pass through float32, which
 * holds whole numbers up to 2^24 exactly.
 *
 * @param shape sizes without that of the batch, at least one, each at least 1
 * @param type what the network gets: float32, or a type of whole numbers
 * @param minimum least value that is allowed
 * @param maximum largest value that is allowed
 */
public record TensorInput(List<Integer> shape, TensorType type, double minimum, double maximum) implements ModelInput {

    /** Every whole number up to this one is a float32. */
    public static final int LARGEST_WHOLE = 1 << 24;

    public TensorInput {
        shape = List.copyOf(shape);
        require(!shape.isEmpty() && shape.stream().allMatch(size -> size >= 1), "shape must be sizes of at least 1");
        require(
                !type.isFloating() || type == TensorType.FLOAT32,
                "type must be float32 (which reads samples of float16 and bfloat16 too), uint8, int32 or int64, got "
                        + type.text());
        require(minimum <= maximum, "minimum must be at most maximum, got " + minimum + " and " + maximum);
        requireBound(type, "minimum", minimum);
        requireBound(type, "maximum", maximum);
        var unused = shape.stream().reduce(1, Math::multiplyExact);
    }

    /** A tensor of finite floats. */
    public static TensorInput ofFloats(Integer... shape) {
        return new TensorInput(List.of(shape), TensorType.FLOAT32, -Float.MAX_VALUE, Float.MAX_VALUE);
    }

    @Override
    public int values() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    /** Whether a value lies in the bounds; false for NaN. A float is compared with the bounds as floats. */
    public boolean allows(double value) {
        return value >= (float) minimum && value <= (float) maximum;
    }

    /** Whether every finite float is allowed. */
    public boolean isUnbounded() {
        return minimum == -Float.MAX_VALUE && maximum == Float.MAX_VALUE;
    }

    /** A value to try a network with: within the bounds, of the size of ordinary activations, and not 0 where there is another. */
    public float draw(SplittableRandom random) {
        if (type.isFloating()) {
            double least = Math.max(minimum, Math.min(maximum, -1));
            double most = Math.min(maximum, Math.max(minimum, 1));
            return (float) (least + (most - least) * (1 + random.nextInt(254)) / 255);
        }
        return (float) (minimum + random.nextLong((long) (maximum - minimum) + 1));
    }

    /** As it stands in {@code model.json}. */
    @JsonValue
    public JsonNode toJson() {
        return InputJson.write(this);
    }

    @Override
    public String toString() {
        return type.text() + "[" + shape.stream().map(String::valueOf).collect(Collectors.joining(",")) + "]";
    }

    private static void requireBound(TensorType type, String name, double bound) {
        if (type.isFloating()) {
            require(Math.abs(bound) <= Float.MAX_VALUE, name + " must be a finite float32, got " + bound);
            return;
        }
        int least = type == TensorType.UINT8 ? 0 : -LARGEST_WHOLE;
        int most = type == TensorType.UINT8 ? 255 : LARGEST_WHOLE;
        require(
                bound == Math.rint(bound) && bound >= least && bound <= most,
                name + " of " + type.text() + " must be a whole number in [" + least + ", " + most + "], got " + bound);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException("input." + message);
        }
    }
}
