// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.TeacherSpec;
import io.wildstream.engine.Digests;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelStore;
import io.wildstream.engine.pixels.CostLimits;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.pixels.PixelLimits;
import io.wildstream.engine.torch.InferenceModel.Outputs;
import io.wildstream.engine.torch.TrainableModel;
import io.wildstream.teacher.model.TeacherExchange;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Real models for tests: the shipped LeNet-5 with weights from a seed, and the small ones of the test resources. */
public final class Models {

    /** 1x2x2 images, 2 classes; see {@code make.py} for what makes its logits infinite or large. */
    public static final String FRAGILE = "fragile";

    /** 1x2x2 images, 2 classes; fails on every batch with a white first pixel. */
    public static final String PICKY = "picky";

    /** Gives logits, but no features. */
    public static final String LOGITS_ONLY = "logits-only";

    /** Those of the service. */
    private static final PixelLimits LIMITS = new PixelLimits(8 << 20, 16_777_216, CostLimits.DEFAULT);

    private static final String LENET = "lenet5-1x28-10";

    private Models() {}

    /** The directory of the small models. */
    public static Path small() {
        try {
            return Path.of(Models.class.getResource("/models").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes LeNet-5 for 1x28x28 images and 10 classes with weights from the seed. */
    public static void writeLenet(Path store, String name, long seed) {
        try (TrainableModel model = TrainableModel.load(Path.of(System.getProperty("test.models"), LENET), seed)) {
            Path directory = Files.createDirectories(store.resolve(name));
            Path module = directory.resolve(ModelDescription.MODULE_FILE);
            model.exportTorchScript(module);
            ModelDescription shipped = model.description();
            new ModelDescription(
                            name,
                            shipped.input(),
                            shipped.classes(),
                            shipped.mean(),
                            shipped.std(),
                            shipped.featureSize(),
                            Digests.sha256(module),
                            0.5,
                            shipped.classAccuracy(),
                            shipped.classifierBias(),
                            null,
                            null)
                    .write(directory);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An exchange that begins with a model. */
    public static TeacherExchange exchange(ModelStore store, String model) {
        TeacherExchange exchange =
                new TeacherExchange(store, LIMITS, new TeacherMetrics(new SimpleMeterRegistry()), () -> {});
        exchange.start(model);
        return exchange;
    }

    /** A control record that asks for a teacher. */
    public static ControlRecord spec(long generation, String model, boolean omitFeatures) {
        return ControlRecord.newBuilder()
                .setGeneration(generation)
                .setTeacher(TeacherSpec.newBuilder().setModel(model).setOmitFeatures(omitFeatures))
                .build();
    }

    /** A teacher whose forward passes do something first; it is unsound when that fails. Closing it closes nothing. */
    static Teacher beforeEachForward(Teacher real, Runnable hook) {
        return new Teacher() {
            @Override
            public TeacherReference reference() {
                return real.reference();
            }

            @Override
            public ModelDescription description() {
                return real.description();
            }

            @Override
            public boolean omitsFeatures() {
                return real.omitsFeatures();
            }

            @Override
            public long memoryOfImage() {
                return real.memoryOfImage();
            }

            @Override
            public boolean isSound() {
                try {
                    hook.run();
                } catch (IllegalStateException e) {
                    return false;
                }
                return real.isSound();
            }

            @Override
            public void decode(Sample sample, FloatBuffer destination) throws InvalidSampleException {
                real.decode(sample, destination);
            }

            @Override
            public Outputs infer(FloatBuffer pixels, int count) {
                hook.run();
                return real.infer(pixels, count);
            }

            @Override
            public void close() {}
        };
    }
}
