// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.wildstream.contracts.v1.PrecomputedOutput;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The header in which a record of any kind carries an output of the teacher, as the JSON of a {@code PrecomputedOutput}: an image file that
 * {@code kcat} writes, for example.
 */
final class OutputHeader {

    static final String NAME = "wildstream_output";

    /** Tens of thousands of numbers: more than the classes and features of any teacher. */
    private static final int MAX_BYTES = 1 << 20;

    private static final ObjectReader READER = new ObjectMapper()
            .reader()
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private OutputHeader() {}

    /** @throws UnreadableRecordException when it is no such JSON; the detail names the field */
    static PrecomputedOutput parse(byte @Nullable [] value) throws UnreadableRecordException {
        if (value == null || value.length == 0 || value.length > MAX_BYTES) {
            throw malformed("has " + (value == null ? 0 : value.length) + " bytes, expected 1 to " + MAX_BYTES);
        }
        JsonNode json;
        try {
            json = READER.readTree(value);
        } catch (IOException e) {
            throw malformed("is not JSON: " + firstLine(e));
        }
        if (!json.isObject()) {
            throw malformed("is not a JSON object");
        }
        PrecomputedOutput.Builder output = PrecomputedOutput.newBuilder();
        for (Iterator<Map.Entry<String, JsonNode>> fields = json.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            set(output, field.getKey(), field.getValue());
        }
        return output.build();
    }

    private static void set(PrecomputedOutput.Builder output, String field, JsonNode value)
            throws UnreadableRecordException {
        switch (field) {
            case "teacher" -> output.setTeacher(text(field, value));
            case "digest" -> output.setDigest(text(field, value));
            case "logits" -> numbers(field, value, output::addLogits);
            case "features" -> numbers(field, value, output::addFeatures);
            case "featureNorm", "feature_norm" -> output.setFeatureNorm(number(field, value));
            case "sender" -> output.setSender(text(field, value));
            default ->
                throw malformed(
                        "has an unknown field '" + (field.length() > 50 ? field.substring(0, 50) + "..." : field)
                                + "', expected teacher, digest, logits, features, feature_norm or sender");
        }
    }

    private static String text(String field, JsonNode value) throws UnreadableRecordException {
        if (!value.isTextual()) {
            throw malformed("has the field " + field + ", which is not text");
        }
        return value.textValue();
    }

    private static void numbers(String field, JsonNode values, Consumer<Float> add) throws UnreadableRecordException {
        if (!values.isArray()) {
            throw malformed("has the field " + field + ", which is not a list of numbers");
        }
        for (JsonNode value : values) {
            add.accept(number(field, value));
        }
    }

    private static float number(String field, JsonNode value) throws UnreadableRecordException {
        if (!value.isNumber()) {
            throw malformed("has the field " + field + ", in which something is not a number");
        }
        return value.floatValue();
    }

    private static String firstLine(IOException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private static UnreadableRecordException malformed(String what) {
        return new UnreadableRecordException(Refusal.MALFORMED, "the header " + NAME + " " + what);
    }
}
