// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import io.wildstream.contracts.v1.View;
import io.wildstream.engine.pixels.PixelWriter;
import io.wildstream.engine.torch.InferenceModel;
import io.wildstream.engine.torch.Initialisation;
import io.wildstream.engine.torch.Torch;
import io.wildstream.engine.torch.TrainableModel;
import io.wildstream.engine.torch.training.CrossEntropyTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network with labels, as a teacher or a baseline: cross-entropy, SGD, cosine to 0, images in memory.
 *
 * <p>A pure function of images, options and architecture at a given thread count. Each epoch visits the images in an order of its own
 * and leaves the remainder that fills no batch.
 */
public final class SupervisedTraining {

    private static final Logger LOGGER = LoggerFactory.getLogger(SupervisedTraining.class);

    private final ImageSet images;
    private final TrainingOptions options;
    private final Normalisation normalisation;
    private final Consumer<TrainingProgress> listener;
    /** Image indices in the order of the running epoch. */
    private int[] order = new int[0];

    private SupervisedTraining(ImageSet images, TrainingOptions options, Consumer<TrainingProgress> listener) {
        this.images = images;
        this.options = options;
        this.listener = listener;
        this.normalisation =
                options.mean().isEmpty() ? Normalisation.of(images) : new Normalisation(options.mean(), options.std());
    }

    /**
     * Trains fresh weights and writes a model directory with the accuracy on the test images.
     *
     * @param architecture model directory of the untrained network; its number of classes must be that of the images
     * @param test images of the same shape and classes, not empty
     * @param target model directory to make; must not be there yet; its name becomes the model's
     * @param listener told after each step, on the training thread
     * @return what was written
     * @throws ModelException when the architecture does not fit the images or the target exists
     * @throws CancellationException when the thread is interrupted, after the step it is at; nothing is written
     */
    public static ModelDescription train(
            Path architecture,
            ImageSet train,
            ImageSet test,
            TrainingOptions options,
            Path target,
            Consumer<TrainingProgress> listener) {
        if (Files.exists(target)) {
            throw new ModelException(target + " exists already: remove it or choose another directory");
        }
        int threads = Torch.threads();
        Torch.setThreads(options.threads());
        try (TrainableModel model = TrainableModel.load(architecture, options.seed(), Initialisation.FAN_IN_UNIFORM)) {
            requireFit(model.description(), train);
            SupervisedTraining training = new SupervisedTraining(train, options, listener);
            training.run(model);
            return training.finish(model, test, target);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the model directory " + target, e);
        } finally {
            Torch.setThreads(threads);
        }
    }

    private static void requireFit(ModelDescription description, ImageSet images) {
        if (!description.input().equals(images.shape())
                || description.classCount() != images.classes().size()) {
            throw new ModelException("%s reads %s images of %d classes, the training set has %s images of %d classes"
                    .formatted(
                            description.name(),
                            description.input(),
                            description.classCount(),
                            images.shape(),
                            images.classes().size()));
        }
    }

    private void run(TrainableModel model) {
        PixelWriter writer = new PixelWriter(images.shape(), normalisation.mean(), normalisation.std());
        int batch = Math.min(options.batchSize(), images.size());
        int stepsPerEpoch = images.size() / batch;
        int steps = stepsPerEpoch * options.epochs();
        FloatBuffer pixels = Evaluation.newPixels(batch * images.shape().values());
        int[] labels = new int[batch];
        long start = System.nanoTime();
        try (CrossEntropyTrainer trainer = new CrossEntropyTrainer(model, options.sgd())) {
            for (int step = 0; step < steps; step++) {
                if (Thread.interrupted()) {
                    throw new CancellationException("the training was interrupted");
                }
                int epoch = step / stepsPerEpoch;
                if (step % stepsPerEpoch == 0) {
                    order = EpochOrder.of(images.size(), options.seed(), epoch);
                }
                fill(writer, step % stepsPerEpoch * batch, epoch, pixels.clear(), labels);
                Torch.seed(options.seed() * 0x9E3779B97F4A7C15L + step);
                double loss = trainer.step(pixels.flip(), labels, cosine(step, steps));
                double seconds = (System.nanoTime() - start) / 1e9;
                listener.accept(new TrainingProgress(epoch + 1, step + 1, steps, loss, (step + 1) * batch / seconds));
            }
        }
    }

    private double cosine(int step, int steps) {
        return options.learningRate() * 0.5 * (1 + Math.cos(Math.PI * step / steps));
    }

    private void fill(PixelWriter writer, int from, int epoch, FloatBuffer pixels, int[] labels) {
        int values = images.shape().values();
        View.Builder view = View.newBuilder()
                .setPad(options.views().cropPadding())
                .setFlip(options.views().horizontalFlip());
        for (int i = 0; i < labels.length; i++) {
            int index = order[from + i];
            view.setSeed(options.seed() + epoch * 0x1_0000_0000L + index);
            writer.write(images.pixels(), index * values, view.build(), pixels);
            labels[i] = images.labels()[index];
        }
    }

    /** Writes into a directory beside the target and renames it, so that the target is whole or not there. */
    private ModelDescription finish(TrainableModel model, ImageSet test, Path target) throws IOException {
        Path directory = Durable.temporaryBeside(target);
        Files.createDirectories(directory);
        try {
            Path module = directory.resolve(ModelDescription.MODULE_FILE);
            model.exportTorchScript(module);
            describe(model, target, module, null).write(directory);
            Accuracy accuracy;
            try (InferenceModel trained = InferenceModel.load(directory)) {
                accuracy = Evaluation.evaluate(trained, test);
            }
            ModelDescription description = describe(model, target, module, accuracy);
            description.write(directory);
            Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
            LOGGER.info("Trained a model model={} accuracy={}", description.name(), accuracy.overall());
            return description;
        } finally {
            Durable.deleteDirectory(directory);
        }
    }

    private ModelDescription describe(TrainableModel model, Path target, Path module, @Nullable Accuracy accuracy) {
        return new ModelDescription(
                target.getFileName().toString(),
                images.shape(),
                images.classes(),
                normalisation.mean(),
                normalisation.std(),
                model.description().featureSize(),
                Digests.sha256(module),
                accuracy == null ? null : accuracy.overall(),
                accuracy == null || !accuracy.knowsEveryClass() ? List.of() : accuracy.byClass(),
                model.classifierBias(),
                null,
                null);
    }
}
