// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.torch.InferenceModel.Outputs;
import java.nio.FloatBuffer;

/**
 * One generation of the teacher. {@link #decode} and {@link #infer} may run at the same time on two threads; nothing may after
 * {@link #close}.
 */
public interface Teacher extends AutoCloseable {

    /** Name, digest and generation, as each output holds them. */
    TeacherReference reference();

    /** What is known about the model. */
    ModelDescription description();

    /** Whether outputs carry the norm of the features only. */
    boolean omitsFeatures();

    /** Bytes of memory that an image of a forward pass takes beside its pixels, about. */
    long memoryOfImage();

    /** Whether the model still answers an image that it answered when it was loaded. */
    boolean isSound();

    /**
     * Appends the pixels of a sample.
     *
     * @param destination gets C*H*W floats; left as it was when the sample is refused
     * @throws InvalidSampleException when the model cannot read the sample
     */
    void decode(Sample sample, FloatBuffer destination) throws InvalidSampleException;

    /**
     * Runs the model on {@code count} decoded samples.
     *
     * @param pixels a direct buffer, read from its position on
     */
    Outputs infer(FloatBuffer pixels, int count);

    /** Frees the model's memory. */
    @Override
    void close();
}
