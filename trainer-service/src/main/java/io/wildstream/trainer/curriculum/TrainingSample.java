package io.wildstream.trainer.curriculum;

/**
 * A selected sample, ready to learn from. The arrays are not copied and must not be changed.
 *
 * @param offset of its record in the curriculum
 * @param pixels what the network sees
 * @param teacherLogits K finite values
 * @param pseudoLabel class that the teacher names, in [0, K)
 * @param teacherDigest SHA-256 of the teacher's model file
 * @param selection why it is in the curriculum
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrainingSample(
        long offset,
        Pixels pixels,
        float[] teacherLogits,
        int pseudoLabel,
        String teacherDigest,
        Selection selection) {}
