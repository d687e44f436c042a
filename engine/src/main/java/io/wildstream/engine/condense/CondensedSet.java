// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.wildstream.engine.Digests;
import io.wildstream.engine.Durable;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.torch.FloatTensor;
import io.wildstream.engine.torch.UnrolledNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Condensed images with the rates to learn from them: the artifact of a condensation.
 *
 * <p>A directory of {@code condensed.safetensors} (images [S, B, C, H, W], labels [S, B], rates [S * E] and, for a fixed start, the
 * weights to start from) and {@code condensed.json}.
 *
 * @param facts what the JSON says
 * @param lessons images and labels in their order
 * @param rates learning rate of each gradient step: step t learns from batch t mod S
 * @param weights {@link io.wildstream.engine.torch.TrainableModel#parameterVector} to start from; null when any will do
 */
@SuppressWarnings("ArrayRecordComponent")
public record CondensedSet(Facts facts, UnrolledNetwork.Lessons lessons, float[] rates, float @Nullable [] weights) {

    /** File name of the arrays. */
    public static final String TENSOR_FILE = "condensed.safetensors";

    /** File name of the description. */
    public static final String FACTS_FILE = "condensed.json";

    static final int VERSION = 1;

    private static final ObjectMapper JSON = new ObjectMapper()
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
            .enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * Description of a condensed set.
     *
     * @param version of the format
     * @param architecture name of the network that they were condensed for
     * @param architectureDigest SHA-256 of its {@code model.pt}
     * @param input shape of one image
     * @param classes names of the K classes
     * @param mean that was subtracted from pixel values in [0, 1], one for each channel
     * @param std that divided afterwards
     * @param start what networks the images are for
     * @param options how they were condensed
     * @param iterations that were made
     * @param digest SHA-256 of the arrays' file
     */
    public record Facts(
            @JsonProperty(required = true) int version,
            @JsonProperty(required = true) String architecture,
            @JsonProperty(required = true) String architectureDigest,
            @JsonProperty(required = true) ImageShape input,
            @JsonProperty(required = true) List<String> classes,
            @JsonProperty(required = true) List<Float> mean,
            @JsonProperty(required = true) List<Float> std,
            @JsonProperty(required = true) CondensationTask.Start start,
            @JsonProperty(required = true) CondensationOptions options,
            @JsonProperty(required = true) int iterations,
            @JsonProperty(required = true) String digest) {

        Facts withDigest(String newDigest) {
            return new Facts(
                    VERSION,
                    architecture,
                    architectureDigest,
                    input,
                    classes,
                    mean,
                    std,
                    start,
                    options,
                    iterations,
                    newDigest);
        }
    }

    /** Number of learned images. */
    public int size() {
        return lessons.labels().length;
    }

    /**
     * Writes the directory's two files; the description last, so that what it describes is there.
     *
     * @return the set with the digest of what was written
     */
    public CondensedSet write(Path directory) {
        SortedMap<String, FloatTensor> tensors = new TreeMap<>();
        int batches = lessons.batches();
        int perBatch = size() / batches;
        ImageShape input = facts.input();
        tensors.put(
                "images",
                FloatTensor.of(lessons.pixels(), batches, perBatch, input.channels(), input.height(), input.width()));
        tensors.put("labels", FloatTensor.of(toFloats(lessons.labels()), batches, perBatch));
        tensors.put("rates", FloatTensor.of(rates, rates.length));
        if (weights != null) {
            tensors.put("weights", FloatTensor.of(weights, weights.length));
        }
        try {
            Path file = directory.resolve(TENSOR_FILE);
            FloatTensor.write(file, tensors);
            CondensedSet written = new CondensedSet(facts.withDigest(Digests.sha256(file)), lessons, rates, weights);
            Durable.write(directory.resolve(FACTS_FILE), JSON.writeValueAsBytes(written.facts));
            return written;
        } catch (IOException e) {
            throw new ModelException("Cannot write the condensed set " + directory, e);
        }
    }

    /**
     * Reads a directory.
     *
     * @throws ModelException when a file is missing, does not fit the other or has another digest
     */
    public static CondensedSet read(Path directory) {
        Path file = directory.resolve(TENSOR_FILE);
        try {
            Facts facts = JSON.readValue(directory.resolve(FACTS_FILE).toFile(), Facts.class);
            if (facts == null || facts.version() != VERSION) {
                throw new ModelException(directory + ": " + FACTS_FILE + " is not of version " + VERSION);
            }
            String digest = Digests.sha256(file);
            if (!digest.equals(facts.digest())) {
                throw new ModelException(file + " has SHA-256 " + digest + ", but " + FACTS_FILE + " says "
                        + facts.digest() + ": the file was changed or only half copied");
            }
            return of(facts, FloatTensor.read(file), file);
        } catch (IOException e) {
            throw new ModelException(directory + " is no condensed set: " + e.getMessage(), e);
        }
    }

    private static CondensedSet of(Facts facts, SortedMap<String, FloatTensor> tensors, Path file) {
        FloatTensor images = require(tensors, "images", file);
        FloatTensor labels = require(tensors, "labels", file);
        FloatTensor rates = require(tensors, "rates", file);
        FloatTensor weights = tensors.get("weights");
        int count = labels.values().length;
        if (labels.shape().size() != 2
                || images.values().length != (long) count * facts.input().values()) {
            throw new ModelException(file + ": images and labels do not fit each other");
        }
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            classes[i] = (int) labels.values()[i];
            if (classes[i] != labels.values()[i]
                    || classes[i] < 0
                    || classes[i] >= facts.classes().size()) {
                throw new ModelException(file + ": label " + labels.values()[i] + " is no class");
            }
        }
        int batches = Math.toIntExact(labels.shape().get(0));
        return new CondensedSet(
                facts,
                new UnrolledNetwork.Lessons(images.values(), classes, batches),
                rates.values(),
                weights == null ? null : weights.values());
    }

    private static FloatTensor require(SortedMap<String, FloatTensor> tensors, String name, Path file) {
        FloatTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelException(file + " has no array '" + name + "'");
        }
        return tensor;
    }

    private static float[] toFloats(int[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }
}
