// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.TensorInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Proves that a student can do what its life asks of it, on a learner that is thrown away: a step on one sample, as the last minibatch of a
 * stream can be, a step on a full minibatch, a checkpoint and back.
 */
public final class LearnerProof {

    private static final long SEED = 0x5851f42d4c957f2dL;

    private final TrainingSpec spec;
    private final ModelDescription description;
    private final SplittableRandom random = new SplittableRandom(SEED);

    private LearnerProof(TrainingSpec spec, ModelDescription description) {
        this.spec = spec;
        this.description = description;
    }

    /**
     * Proves a student's model for a spec.
     *
     * @param spec with defaults filled in and valid
     * @throws ModelException when a student of it would fail while it learns; the message says what to change
     * @throws UncheckedIOException when the trial's files cannot be written, which is no fault of the model: worth another attempt
     */
    public static void prove(Path modelDirectory, TrainingSpec spec) {
        prove(modelDirectory, spec, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Proves it with the trial's files in a directory. */
    static void prove(Path modelDirectory, TrainingSpec spec, Path scratch) {
        try (Learner trial = new Learner(modelDirectory, spec)) {
            LearnerProof proof = new LearnerProof(spec, trial.description());
            proof.step(
                    trial,
                    1,
                    "a minibatch of one sample, as the last one of a stream can be",
                    "; take GroupNorm, LayerNorm or BatchNorm2d in place of BatchNorm1d, and flatten(1) in place of squeeze()");
            int full = spec.getBatchSize();
            proof.checkpoint(trial, scratch, () -> proof.step(trial, full, "a minibatch of " + full + " samples", ""));
        }
    }

    private void step(Learner trial, int size, String what, String advice) {
        try {
            var unused = trial.step(minibatch(size), 0);
        } catch (DivergedException e) {
            // a matter of the learning rate and of pixels that are noise, not of the network
            return;
        } catch (RuntimeException e) {
            String problem = String.valueOf(e.getMessage()).strip();
            throw new ModelException(
                    description.name() + " cannot learn " + what + ": "
                            + problem.lines().reduce((first, last) -> last).orElse("") + advice,
                    e);
        }
    }

    private Minibatch minibatch(int size) {
        int values = description.input().values();
        int classes = description.classCount();
        FloatBuffer pixels = ByteBuffer.allocateDirect(Math.multiplyExact(size, values * Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        while (pixels.hasRemaining()) {
            pixels.put(description.input() instanceof TensorInput tensor ? tensor.draw(random) : noise());
        }
        float[] logits = new float[size * classes];
        int[] labels = new int[size];
        float[] norms = new float[size];
        List<float[]> features = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            labels[i] = i % classes;
            norms[i] = 1;
            features.add(noise(spec.getTeacherFeatureSize()));
            System.arraycopy(noise(classes), 0, logits, i * classes, classes);
            logits[i * classes + labels[i]] += 1;
        }
        return new Minibatch(size, pixels.flip(), logits, labels, labels, norms, features);
    }

    private float[] noise(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = noise();
        }
        return values;
    }

    private float noise() {
        return (float) (2 * random.nextDouble() - 1);
    }

    private void checkpoint(Learner trial, Path scratch, Runnable meanwhile) {
        try {
            Path directory = Files.createTempDirectory(scratch, "student-proof");
            Path state = directory.resolve("learner.safetensors");
            Path module = directory.resolve(ModelDescription.MODULE_FILE);
            try {
                trial.save(state);
                trial.exportTorchScript(module);
                String saved = trial.weightsSha256();
                meanwhile.run();
                trial.restore(state);
                if (!trial.weightsSha256().equals(saved)) {
                    throw new ModelException(description.name() + " is another one after a checkpoint and back");
                }
            } finally {
                Files.deleteIfExists(state);
                Files.deleteIfExists(module);
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no checkpoint of " + description.name() + " can be tried in " + scratch + ": " + e.getMessage(),
                    e);
        }
    }
}
