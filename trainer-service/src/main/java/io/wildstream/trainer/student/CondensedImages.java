// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.ModelStore;
import io.wildstream.engine.condense.CondensedSet;
import io.wildstream.trainer.method.Learner;
import io.wildstream.trainer.method.StepResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Condensed images that a student rehearses: batch after batch, as they were learned. Belongs to the training thread. */
final class CondensedImages {

    private final int batches;
    private final int[] labels;
    private final float[] pixels;
    private final FloatBuffer batch;

    private CondensedImages(CondensedSet set, ModelDescription student) {
        this.batches = set.lessons().batches();
        this.labels = set.lessons().labels();
        this.pixels = normalised(set, student);
        this.batch = ByteBuffer.allocateDirect(pixels.length / batches * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /**
     * Reads the set that a spec names; null when it names none.
     *
     * @param student with the normalisation that it is fed with
     * @throws SpecRefusedException when there is no such set, it has another digest or does not fit the student
     */
    static @Nullable CondensedImages of(ReplaySpec spec, ModelStore models, ModelDescription student)
            throws SpecRefusedException {
        String name = spec.getCondensed();
        if (name.isEmpty()) {
            return null;
        }
        CondensedSet set;
        try {
            set = CondensedSet.read(models.directory(name));
        } catch (ModelException e) {
            throw new SpecRefusedException("replay.condensed: " + e.getMessage(), e);
        }
        String digest = spec.getCondensedDigest();
        if (!digest.isEmpty() && !digest.equals(set.facts().digest())) {
            throw new SpecRefusedException("replay.condensed_digest: the spec says " + digest + ", '" + name + "' has "
                    + set.facts().digest());
        }
        if (!set.facts().input().equals(student.input())
                || set.facts().classes().size() != student.classCount()) {
            throw new SpecRefusedException(
                    "replay.condensed: '%s' holds %s images of %d classes, the student reads %s of %d"
                            .formatted(
                                    name,
                                    set.facts().input(),
                                    set.facts().classes().size(),
                                    student.input(),
                                    student.classCount()));
        }
        return new CondensedImages(set, student);
    }

    /** The images as this student sees them: they were normalised for the network that they were learned with. */
    private static float[] normalised(CondensedSet set, ModelDescription student) {
        float[] values = set.lessons().pixels().clone();
        List<Float> mean = set.facts().mean();
        List<Float> std = set.facts().std();
        int size = set.facts().input().pixels();
        for (int i = 0; i < values.length; i++) {
            int channel = i / size % mean.size();
            float pixel = values[i] * std.get(channel) + mean.get(channel);
            values[i] = (pixel - student.mean().get(channel)) / student.std().get(channel);
        }
        return values;
    }

    /** Images of a rehearsal. */
    int batchSize() {
        return labels.length / batches;
    }

    /**
     * Lets a student learn the batch that is due.
     *
     * @param rehearsals how many there were before
     * @param step of the student
     */
    StepResult rehearse(Learner learner, long rehearsals, long step) {
        int index = (int) (rehearsals % batches);
        int values = pixels.length / batches;
        batch.clear().put(pixels, index * values, values).flip();
        return learner.rehearse(
                batch, Arrays.copyOfRange(labels, index * batchSize(), (index + 1) * batchSize()), step);
    }
}
