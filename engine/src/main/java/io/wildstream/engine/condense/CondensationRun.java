// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import io.wildstream.engine.Accuracy;
import io.wildstream.engine.Digests;
import io.wildstream.engine.Durable;
import io.wildstream.engine.Evaluation;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.Normalisation;
import io.wildstream.engine.torch.InferenceModel;
import io.wildstream.engine.torch.TrainableModel;
import io.wildstream.engine.torch.UnrolledNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A condensation from its images to its artifact, which can be stopped and gone on with.
 *
 * <p>Every minute, and when it is stopped, it saves its state beside the artifact. Belongs to one thread; close it.
 */
public final class CondensationRun implements AutoCloseable {

    /** File name of the state that an unfinished run leaves. */
    public static final String STATE_FILE = "state.safetensors";

    /** File name of the digest of what the state belongs to. */
    private static final String KEY_FILE = "state.key";

    private static final Duration SAVE_INTERVAL = Duration.ofMinutes(1);

    private final CondensationTask task;
    private final CondensationOptions options;
    private final Path directory;
    private final TrainableModel model;
    private final UnrolledNetwork network;
    private final Normalisation normalisation;
    private final RealImages real;
    private final StartingWeights weights;
    private final Condensation condensation;

    /**
     * Loads the network; goes on from the directory's state when there is one.
     *
     * @param directory of the artifact; made when it is missing
     * @throws ModelException when the networks do not fit the images, or the state belongs to other options or images
     */
    public CondensationRun(CondensationTask task, CondensationOptions options, Path directory) {
        this.task = task;
        this.options = options;
        this.directory = directory;
        List<TrainableModel> opened = new ArrayList<>();
        this.network = UnrolledNetwork.load(task.architecture());
        try {
            this.model = TrainableModel.load(task.architecture());
            opened.add(model);
            requireFit(model.description());
            this.normalisation = task.trained().isEmpty()
                    ? Normalisation.of(task.train())
                    : normalisationOf(ModelDescription.read(task.trained().get(0)));
            this.weights = startingWeights();
            this.real = new RealImages(task.train(), normalisation, task::wanted, options.seed());
            this.condensation = new Condensation(network, real, weights, options);
            resume();
        } catch (RuntimeException e) {
            network.close();
            opened.forEach(TrainableModel::close);
            throw e;
        }
    }

    private void requireFit(ModelDescription description) {
        int classes = task.train().classes().size();
        if (!description.input().equals(task.train().shape()) || description.classCount() != classes) {
            throw new ModelException("%s reads %s images of %d classes, the images are %s of %d classes"
                    .formatted(
                            description.name(),
                            description.input(),
                            description.classCount(),
                            task.train().shape(),
                            classes));
        }
    }

    private static Normalisation normalisationOf(ModelDescription description) {
        return new Normalisation(description.mean(), description.std());
    }

    private StartingWeights startingWeights() {
        return switch (task.start()) {
            case FIXED -> StartingWeights.fixed(model, options.seed());
            case RANDOM -> StartingWeights.random(model, options.seed());
            case GIVEN ->
                StartingWeights.given(
                        task.trained().stream().map(this::trainedWeights).toList(), options.seed());
        };
    }

    private float[] trainedWeights(Path trained) {
        try (TrainableModel other = TrainableModel.load(trained)) {
            requireFit(other.description());
            if (!normalisationOf(other.description()).equals(normalisation)) {
                throw new ModelException(trained + " normalises pixels otherwise than "
                        + task.trained().get(0) + ": all trained networks must read the same pixels");
            }
            if (!other.parameters().keySet().equals(model.parameters().keySet())
                    || other.parameterCount() != model.parameterCount()) {
                throw new ModelException(trained + " is not of the architecture " + task.architecture() + ": it has "
                        + other.parameters().keySet());
            }
            return other.parameterVector();
        }
    }

    private void resume() {
        Path state = directory.resolve(STATE_FILE);
        if (!Files.exists(state)) {
            return;
        }
        try {
            String key = Files.readString(directory.resolve(KEY_FILE));
            if (!key.equals(key())) {
                throw new ModelException(
                        directory + " holds the state of another condensation: give the options and images"
                                + " that it began with, remove " + STATE_FILE + ", or choose another directory");
            }
            condensation.restore(state);
        } catch (IOException e) {
            throw new ModelException("Cannot go on from " + state + ": " + e.getMessage(), e);
        }
    }

    /** Digest of everything that the learned images are a function of. */
    private String key() {
        MessageDigest digest = Digests.newSha256();
        String text = options + "|" + task.start() + "|" + task.attackedClass() + "|" + task.targetClass() + "|"
                + model.description().digest() + "|" + normalisation + "|"
                + task.trained().stream()
                        .map(trained -> ModelDescription.read(trained).digest())
                        .toList();
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update(task.train().pixels());
        for (int label : task.train().labels()) {
            digest.update((byte) label);
            digest.update((byte) (label >>> 8));
        }
        return Digests.hex(digest);
    }

    /**
     * Learns until the last iteration, the deadline or an interrupt of the thread, which stays interrupted; saves the state.
     *
     * @param limit time after which it stops
     * @param listener told after each iteration, on this thread
     * @return whether all iterations are done and nobody interrupted the thread
     */
    public boolean learn(Duration limit, Consumer<CondensationProgress> listener) {
        long start = System.nanoTime();
        long saved = start;
        int before = condensation.iteration();
        while (condensation.iteration() < options.iterations()) {
            long now = System.nanoTime();
            if (Thread.currentThread().isInterrupted() || now - start >= limit.toNanos()) {
                save();
                return false;
            }
            if (now - saved >= SAVE_INTERVAL.toNanos()) {
                save();
                saved = now;
            }
            condensation.step();
            listener.accept(new CondensationProgress(
                    condensation.iteration(),
                    options.iterations(),
                    condensation.loss(),
                    condensation.accuracy(),
                    (System.nanoTime() - start) / 1e9,
                    before));
        }
        save();
        return !Thread.currentThread().isInterrupted();
    }

    private void save() {
        // Cleared while the state is written: a file channel closes itself on an interrupted thread.
        boolean interrupted = Thread.interrupted();
        try {
            Files.createDirectories(directory);
            Durable.write(directory.resolve(KEY_FILE), key().getBytes(StandardCharsets.UTF_8));
            condensation.save(directory.resolve(STATE_FILE));
        } catch (IOException e) {
            throw new ModelException("Cannot save the state of the condensation in " + directory, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The condensed images as they are now. */
    public CondensedSet condensed() {
        ModelDescription description = model.description();
        CondensedSet.Facts facts = new CondensedSet.Facts(
                CondensedSet.VERSION,
                description.name(),
                description.digest(),
                description.image(),
                task.train().classes(),
                normalisation.mean(),
                normalisation.std(),
                task.start(),
                options,
                condensation.iteration(),
                "");
        boolean fixed = task.start() == CondensationTask.Start.FIXED;
        return new CondensedSet(facts, condensation.lessons(), condensation.rates(), fixed ? weights.draw(0) : null);
    }

    /**
     * Measures the condensed images on the test images.
     *
     * @param networks that learn from each kind of images, at least 1; one from condensed ones when the start is fixed
     */
    public CondensationResult measure(int networks) {
        return new Measurement(model, task, normalisation, weights, real)
                .measure(condensation.lessons(), condensation.rates(), networks);
    }

    /**
     * What was written.
     *
     * @param set with its digest
     * @param model with its digest and its accuracy on the test images
     */
    public record Artifact(CondensedSet set, ModelDescription model) {}

    /**
     * Writes the artifact: the condensed images, their picture, and the model directory of a network that has learned from them, the one
     * of the fixed weights or of the first that is drawn.
     */
    public Artifact write() {
        CondensedSet set = condensed().write(directory);
        try {
            CondensedPicture.write(set, directory);
            return new Artifact(set, writeModel());
        } catch (IOException e) {
            throw new ModelException("Cannot write " + directory + ": " + e.getMessage(), e);
        }
    }

    private ModelDescription writeModel() throws IOException {
        Lesson.learn(model, weights.draw(0), condensation.lessons(), condensation.rates());
        Path module = directory.resolve(ModelDescription.MODULE_FILE);
        model.exportTorchScript(module);
        Accuracy accuracy;
        try (InferenceModel trained = model.snapshot(normalisation.mean(), normalisation.std())) {
            accuracy = Evaluation.evaluate(trained, task.test());
        }
        ModelDescription description = new ModelDescription(
                model.description().name() + "-condensed",
                task.train().shape(),
                task.train().classes(),
                normalisation.mean(),
                normalisation.std(),
                model.description().featureSize(),
                Digests.sha256(module),
                accuracy.overall(),
                accuracy.knowsEveryClass() ? accuracy.byClass() : List.of(),
                model.classifierBias(),
                null,
                null);
        description.write(directory);
        return description;
    }

    /** Iterations that are done, those of earlier runs included. */
    public int iteration() {
        return condensation.iteration();
    }

    /** Running share of the real images that are right, in [0, 1]. */
    public double accuracy() {
        return condensation.accuracy();
    }

    /** Running mean of the outer loss; NaN before the first iteration. */
    public double loss() {
        return condensation.loss();
    }

    @Override
    public void close() {
        network.close();
        model.close();
    }
}
