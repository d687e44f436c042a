package io.wildstream.trainer.curriculum;

/**
 * A selected sample, ready to learn from. The arrays are not copied and must not be changed.
 *
 * @param offset of its record in the curriculum
 * @param pixels what the network sees
 * @param teacher what the teacher said of it
 * @param givenLabel the sample's own class in [0, K); -1 when nobody gave one
 * @param selection why it is in the curriculum
 */
public record TrainingSample(long offset, Pixels pixels, TeacherAnswer teacher, int givenLabel, Selection selection) {}
