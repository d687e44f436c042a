// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * Where a student is in its curriculum: what the next step depends on besides arrays and the spec. The content of
 * {@code state.json}.
 *
 * @param formatVersion {@link #FORMAT_VERSION}
 * @param step steps done, fresh and rehearsed
 * @param freshSteps steps done with fresh samples
 * @param rehearsalsOwed rehearsal steps still to do before the next fresh one
 * @param nextOffset curriculum offset of the first record that is not accounted for
 * @param trained selected samples that a fresh step has used
 * @param rehearsalsFrom offset from which the log rebuilds the replay window; -1 for an empty one
 * @param ended offset of the end marker by partition that has ended
 * @param partitions of the stream, 0 while unknown
 * @param agreement the newest fresh minibatches, oldest first: samples and agreements of each
 * @param teacherDigests digests of all teachers that it learned from
 * @param checkpointRequest the newest request for a checkpoint that was answered
 * @param finished whether it will not change any more
 */
public record LearningState(
        @JsonProperty(required = true) int formatVersion,
        @JsonProperty(required = true) long step,
        @JsonProperty(required = true) long freshSteps,

        @JsonProperty(value = "replaysOwed", required = true)
        long rehearsalsOwed,

        @JsonProperty(required = true) long nextOffset,
        @JsonProperty(required = true) long trained,
        @JsonProperty(value = "replayFrom", required = true) long rehearsalsFrom,
        @JsonProperty(required = true) SortedMap<Integer, Long> ended,
        @JsonProperty(required = true) int partitions,
        @JsonProperty(required = true) List<List<Integer>> agreement,
        @JsonProperty(required = true) SortedSet<String> teacherDigests,
        @JsonProperty(required = true) long checkpointRequest,
        @JsonProperty(required = true) boolean finished) {

    /** Name of the file in a checkpoint's directory. */
    public static final String FILE = "state.json";

    /** The version that this code writes and reads. */
    public static final int FORMAT_VERSION = 1;

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

    /** Refuses what no trainer could continue from. */
    public LearningState {
        require(step >= 0 && freshSteps >= 0 && rehearsalsOwed >= 0 && trained >= 0, "counts must not be negative");
        require(nextOffset >= 0 && rehearsalsFrom >= -1 && partitions >= 0, "offsets must not be negative");
        require(
                agreement.stream()
                        .allMatch(pair -> pair != null
                                && pair.size() == 2
                                && pair.stream().allMatch(Objects::nonNull)),
                "agreement must be pairs of numbers");
        require(ended.values().stream().allMatch(Objects::nonNull), "ended must hold offsets");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Reads a state file. */
    public static LearningState read(Path file) throws IOException {
        byte[] json = Files.readAllBytes(file);
        JsonNode content = parse(file, json);
        if (content.isNull() || content.isMissingNode()) {
            throw new IOException(file + " is not a student's state: it is " + (content.isNull() ? "null" : "empty"));
        }
        JsonNode version = content.path("formatVersion");
        if (version.isInt() && (version.asInt() < 1 || version.asInt() > FORMAT_VERSION)) {
            throw new IOException(file + " has format " + version + ", this trainer reads 1 to " + FORMAT_VERSION
                    + ": start the trainer that wrote it, or a later one");
        }
        try {
            return JSON.treeToValue(content, LearningState.class);
        } catch (IOException e) {
            throw new IOException(file + " is not a student's state: " + e.getMessage(), e);
        }
    }

    private static JsonNode parse(Path file, byte[] json) throws IOException {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new IOException(file + " is not a student's state: " + e.getMessage(), e);
        }
    }

    /** The state as JSON. */
    public byte[] toJson() {
        return json(this);
    }

    /** Anything as indented JSON. */
    public static byte[] json(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
