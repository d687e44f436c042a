// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.google.protobuf.ByteString;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.UnreadableRecordException;
import java.io.IOException;
import java.util.Base64;

/**
 * An image in JSON as base64 (RFC 4648, with or without padding), at a JSON pointer (RFC 6901) such as {@code /image/data}. A
 * {@code data:} URL is read too.
 */
final class JsonImage implements ImageField {

    private static final ObjectReader READER =
            new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String URL = "data:";
    private static final String URL_BASE64 = ";base64,";

    private final JsonPointer pointer;

    /** @throws IllegalArgumentException when it is no pointer */
    JsonImage(String pointer) {
        this.pointer = JsonPointer.compile(pointer);
    }

    @Override
    public ByteString of(byte[] value) throws UnreadableRecordException {
        JsonNode field = parse(value).at(pointer);
        if (field.isMissingNode() || field.isNull()) {
            throw new UnreadableRecordException(Refusal.MISSING_FIELD, "the JSON has no field " + pointer);
        }
        if (!field.isTextual()) {
            throw notBase64("is not text but " + field.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
        }
        try {
            return ByteString.copyFrom(Base64.getDecoder().decode(withoutUrl(field.textValue())));
        } catch (IllegalArgumentException e) {
            throw notBase64("is not base64: " + e.getMessage());
        }
    }

    /** The value as JSON, without the prefix of a schema registry. */
    static JsonNode parse(byte[] value) throws UnreadableRecordException {
        int start = Framing.beforeJson(value);
        if (start == value.length) {
            throw new UnreadableRecordException(Refusal.MALFORMED, "the value is not JSON: it is empty");
        }
        try {
            return READER.readTree(value, start, value.length - start);
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            int end = message.indexOf('\n');
            throw new UnreadableRecordException(
                    Refusal.MALFORMED, "the value is not JSON: " + (end < 0 ? message : message.substring(0, end)));
        }
    }

    private String withoutUrl(String text) throws UnreadableRecordException {
        if (!text.startsWith(URL)) {
            return text;
        }
        int end = text.indexOf(URL_BASE64);
        if (end < 0) {
            throw notBase64("is a data: URL without " + URL_BASE64);
        }
        return text.substring(end + URL_BASE64.length());
    }

    private UnreadableRecordException notBase64(String what) {
        return new UnreadableRecordException(Refusal.NOT_BASE64, "the field " + pointer + " " + what);
    }
}
