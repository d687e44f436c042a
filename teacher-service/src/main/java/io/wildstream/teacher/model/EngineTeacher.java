// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.model;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.pixels.PixelLimits;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.engine.torch.InferenceModel;
import io.wildstream.engine.torch.InferenceModel.Outputs;
import io.wildstream.teacher.Teacher;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/** A teacher that is a TorchScript model directory. */
final class EngineTeacher implements Teacher {

    private final TeacherReference reference;
    private final boolean omitsFeatures;
    private final InferenceModel model;
    private final SampleDecoder decoder;

    /**
     * Loads the model and proves it.
     *
     * @throws io.wildstream.engine.ModelException when the directory holds no model that can teach
     */
    EngineTeacher(Path directory, String name, long generation, boolean omitsFeatures, PixelLimits limits) {
        this.model = InferenceModel.load(directory);
        this.omitsFeatures = omitsFeatures;
        this.decoder = new SampleDecoder(model.description(), limits);
        this.reference = TeacherReference.newBuilder()
                .setName(name)
                .setDigest(model.description().digest())
                .setGeneration(generation)
                .build();
    }

    @Override
    public TeacherReference reference() {
        return reference;
    }

    @Override
    public ModelDescription description() {
        return model.description();
    }

    @Override
    public boolean omitsFeatures() {
        return omitsFeatures;
    }

    @Override
    public long memoryOfImage() {
        return model.memoryOfImage();
    }

    @Override
    public boolean isSound() {
        return model.isSound();
    }

    @Override
    public void decode(Sample sample, FloatBuffer destination) throws InvalidSampleException {
        decoder.decode(sample, destination);
    }

    @Override
    public Outputs infer(FloatBuffer pixels, int count) {
        return model.infer(pixels, count);
    }

    @Override
    public void close() {
        model.close();
    }
}
