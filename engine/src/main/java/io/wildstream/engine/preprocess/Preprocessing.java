// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.preprocess;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelInput;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a picture before a network's scale, mean and deviation: the steps of the pipeline that it was trained with, in this
 * order. {@code model.json} states it as {@code preprocessing}.
 *
 * @param colour channels and their order
 * @param orientation whether the picture is turned
 * @param resize null to keep its size
 * @param crop the part in the middle that is cut out, black where the picture does not reach; null to keep all of it
 */
public record Preprocessing(
        Colour colour,
        Orientation orientation,
        @Nullable Resize resize,
        @Nullable Size crop) {

    /** Takes pictures of the right size as they are: a model without a contract. */
    public static Preprocessing none(Colour colour) {
        return new Preprocessing(colour, Orientation.IGNORE, null, null);
    }

    /**
     * Reads the value of {@code preprocessing}.
     *
     * @throws IllegalArgumentException naming the field
     */
    @JsonCreator
    public static Preprocessing fromJson(JsonNode node) {
        return PreprocessingJson.read(node);
    }

    /**
     * Reads the same from its text.
     *
     * @throws IllegalArgumentException when it is no JSON, or naming the field
     */
    public static Preprocessing fromJson(String json) {
        try {
            return fromJson(new ObjectMapper().readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("preprocessing is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** As it stands in {@code model.json}. */
    @JsonValue
    public JsonNode toJson() {
        return PreprocessingJson.write(this);
    }

    /** The shape of every picture that it was applied to; empty where it depends on the picture. */
    public Optional<ImageShape> shape() {
        Size size = crop;
        if (size == null && resize != null && resize.mode() != Resize.Mode.SHORTER_SIDE) {
            size = resize.size();
        }
        return Optional.ofNullable(size).map(known -> new ImageShape(colour.channels(), known.height(), known.width()));
    }

    /**
     * Whether it gives what a network reads: channels of its colour and, unless it leaves the size alone, always this size. With {@code
     * shorter-side} that needs a crop.
     */
    public boolean gives(ModelInput input) {
        return resize == null && crop == null
                ? input instanceof ImageShape image && colour.channels() == image.channels()
                : shape().filter(input::equals).isPresent();
    }

    @Override
    public String toString() {
        return toJson().toString();
    }
}
