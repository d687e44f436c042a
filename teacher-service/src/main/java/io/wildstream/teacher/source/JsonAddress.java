// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.UnreadableRecordException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The address of an image in JSON as text, with its digest as text and its size as a number, each at a JSON pointer (RFC 6901). */
final class JsonAddress implements AddressField.Texts {

    private final JsonPointer address;
    private final @Nullable JsonPointer sha256;
    private final @Nullable JsonPointer size;

    /** @throws IllegalArgumentException when one is no pointer */
    JsonAddress(String address, Optional<String> sha256, Optional<String> size) {
        this.address = JsonPointer.compile(address);
        this.sha256 = sha256.map(JsonPointer::compile).orElse(null);
        this.size = size.map(JsonPointer::compile).orElse(null);
    }

    @Override
    public @Nullable String[] of(byte[] value) throws UnreadableRecordException {
        JsonNode json = JsonImage.parse(value);
        String text = text(json, address);
        if (text == null) {
            throw new UnreadableRecordException(Refusal.MISSING_FIELD, "the JSON has no field " + address);
        }
        return new @Nullable String[] {text, text(json, sha256), text(json, size)};
    }

    private static @Nullable String text(JsonNode json, @Nullable JsonPointer pointer)
            throws UnreadableRecordException {
        if (pointer == null) {
            return null;
        }
        JsonNode field = json.at(pointer);
        if (field.isMissingNode() || field.isNull()) {
            return null;
        }
        if (!field.isTextual() && !field.isIntegralNumber()) {
            throw new UnreadableRecordException(
                    Refusal.MALFORMED,
                    "the field " + pointer + " is neither text nor a whole number but "
                            + field.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        return field.asText();
    }
}
