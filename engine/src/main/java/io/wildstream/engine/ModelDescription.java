// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.wildstream.engine.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code model.json} says about the TorchScript module {@code model.pt} beside it.
 *
 * @param name the model's name, not empty
 * @param input shape of one image, or a tensor
 * @param classes names of the K classes in the order of the logits; at least 2
 * @param mean subtracted from pixel values in [0, 1], one for each channel; empty for tensors, which networks read as they are
 * @param std divides afterwards, one for each channel, each above 0; empty for tensors
 * @param featureSize D, the length of the features: the input of the last linear layer
 * @param digest SHA-256 of {@code model.pt}, lower-case hexadecimal
 * @param accuracy share of the original test data that it gets right, in [0, 1]; null when unknown
 * @param classAccuracy the same for each class; empty when unknown
 * @param classifierBias bias of the last linear layer, K values; empty when it has none
 * @param distillation how a student came about; null for any other model
 * @param preprocessing what becomes of a picture before scale, mean and deviation; null when pictures must have the size of {@code input}
 */
public record ModelDescription(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) ModelInput input,
        @JsonProperty(required = true) List<String> classes,
        List<Float> mean,
        List<Float> std,
        @JsonProperty(required = true) int featureSize,
        @JsonProperty(required = true) String digest,
        @Nullable Double accuracy,
        List<Double> classAccuracy,
        List<Double> classifierBias,
        @Nullable @JsonInclude(JsonInclude.Include.NON_NULL) Distillation distillation,
        @Nullable @JsonInclude(JsonInclude.Include.NON_NULL) Preprocessing preprocessing) {

    /** File name of the TorchScript module in a model directory. */
    public static final String MODULE_FILE = "model.pt";

    /** File name of the description in a model directory. */
    public static final String DESCRIPTION_FILE = "model.json";

    private static final ObjectMapper JSON = new ObjectMapper()
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
            .enable(SerializationFeature.INDENT_OUTPUT);

    /** Largest image that a model may read, values: more would not be decoded either. */
    private static final int MAX_INPUT_VALUES = 1 << 26;

    public ModelDescription {
        requirePresent("name", name);
        requirePresent("input", input);
        requirePresent("digest", digest);
        requireValues("classes", classes);
        boolean tensor = input instanceof TensorInput;
        mean = mean == null && tensor ? List.of() : mean;
        std = std == null && tensor ? List.of() : std;
        requireValues("mean", mean);
        requireValues("std", std);
        requireValues("classAccuracy", classAccuracy == null ? List.of() : classAccuracy);
        requireValues("classifierBias", classifierBias == null ? List.of() : classifierBias);
        classes = List.copyOf(classes);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        classAccuracy = copyOrEmpty(classAccuracy);
        classifierBias = copyOrEmpty(classifierBias);
        require(!name.isBlank(), "name must not be empty");
        require(
                input.values() <= MAX_INPUT_VALUES,
                "input must have at most " + MAX_INPUT_VALUES + " values: " + input);
        require(classes.size() >= 2, "classes must name at least 2 classes, got " + classes.size());
        requireChannels("mean", mean, input);
        requireChannels("std", std, input);
        require(mean.stream().allMatch(value -> Float.isFinite(value)), "mean must be finite, got " + mean);
        require(
                std.stream().allMatch(value -> Float.isFinite(value) && value > 0),
                "std must be finite and above 0, got " + std);
        require(featureSize >= 1, "featureSize must be at least 1, got " + featureSize);
        require(accuracy == null || (accuracy >= 0 && accuracy <= 1), "accuracy must be in [0, 1], got " + accuracy);
        require(
                classAccuracy.stream().allMatch(value -> value >= 0 && value <= 1),
                "classAccuracy must be in [0, 1], got " + classAccuracy);
        require(
                classifierBias.stream().allMatch(value -> Double.isFinite(value)),
                "classifierBias must be finite, got " + classifierBias);
        require(
                preprocessing == null || !tensor,
                "preprocessing must be left out: it is for images, but input is " + input);
        require(
                preprocessing == null || preprocessing.gives(input),
                "preprocessing must give what input says, " + input + ": " + preprocessing);
        requireSize("classAccuracy", classAccuracy, classes.size());
        requireSize("classifierBias", classifierBias, classes.size());
    }

    /** Number of classes, K. */
    public int classCount() {
        return classes.size();
    }

    /**
     * The shape of the images that it reads.
     *
     * @throws ModelException when it reads tensors
     */
    public ImageShape image() {
        if (input instanceof ImageShape image) {
            return image;
        }
        throw new ModelException(name + " reads tensors, " + input + ", and no images");
    }

    /**
     * Reads a model directory's description and checks it against the module file.
     *
     * @throws ModelException when a file is missing, the description does not hold, or {@code model.pt} has another digest
     */
    public static ModelDescription read(Path modelDirectory) {
        Path file = modelDirectory.resolve(DESCRIPTION_FILE);
        Path module = modelDirectory.resolve(MODULE_FILE);
        if (!Files.isRegularFile(file) || !Files.isRegularFile(module)) {
            throw new ModelException(modelDirectory + " is not a model directory: it must hold " + MODULE_FILE + " and "
                    + DESCRIPTION_FILE + ", as deploy/models/export.py writes them");
        }
        ModelDescription description = parse(file);
        String actual = Digests.sha256(module);
        if (!actual.equalsIgnoreCase(description.digest)) {
            throw new ModelException(
                    "%s has SHA-256 %s, but %s says %s: the file was changed or only half copied; export the model again"
                            .formatted(module, actual, DESCRIPTION_FILE, description.digest));
        }
        return description;
    }

    private static ModelDescription parse(Path file) {
        try {
            ModelDescription description = JSON.readValue(file.toFile(), ModelDescription.class);
            if (description == null) {
                throw new ModelException(file + " is not a valid model description: it is null");
            }
            return description;
        } catch (JsonProcessingException e) {
            throw new ModelException(file + " is not a valid model description: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ModelException("Cannot read " + file, e);
        }
    }

    /**
     * Writes {@code model.json} into a model directory, by a temporary file that is renamed.
     *
     * @throws IOException when the file cannot be written: no fault of the model
     */
    public void write(Path modelDirectory) throws IOException {
        Durable.write(modelDirectory.resolve(DESCRIPTION_FILE), JSON.writeValueAsBytes(this));
    }

    /** The same model fed with another normalisation: a student reads its teacher's pixels. */
    public ModelDescription withNormalisation(List<Float> newMean, List<Float> newStd) {
        return fedWith(newMean, newStd, preprocessing);
    }

    /** The same model fed with pictures by another contract: a student goes on with the one that it began with. */
    public ModelDescription withPreprocessing(@Nullable Preprocessing newPreprocessing) {
        return fedWith(mean, std, newPreprocessing);
    }

    private ModelDescription fedWith(
            List<Float> newMean, List<Float> newStd, @Nullable Preprocessing newPreprocessing) {
        return new ModelDescription(
                name,
                input,
                classes,
                newMean,
                newStd,
                featureSize,
                digest,
                accuracy,
                classAccuracy,
                classifierBias,
                distillation,
                newPreprocessing);
    }

    private static List<Double> copyOrEmpty(@Nullable List<Double> values) {
        return values == null ? List.of() : List.copyOf(values);
    }

    private static void requireChannels(String key, List<Float> values, ModelInput input) {
        require(
                input instanceof ImageShape || values.isEmpty(),
                key + " must be left out: it is for the channels of images, but input is " + input);
        int channels = input instanceof ImageShape image ? image.channels() : 0;
        require(values.size() == channels, key + " must have " + channels + " values, got " + values.size());
    }

    private static void requireSize(String key, List<Double> values, int classes) {
        require(
                values.isEmpty() || values.size() == classes,
                key + " must be empty or have " + classes + " values, got " + values.size());
    }

    private static void requirePresent(String key, @Nullable Object value) {
        require(value != null, key + " must not be null");
    }

    private static void requireValues(String key, @Nullable List<?> values) {
        requirePresent(key, values);
        require(values == null || values.stream().allMatch(Objects::nonNull), key + " must not hold null");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
