// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

/**
 * Where a supervised training stands after a step.
 *
 * @param epoch the epoch of the step, from 1
 * @param step steps done, from 1
 * @param steps steps in all
 * @param loss mean cross-entropy of the step
 * @param imagesPerSecond mean rate since the start
 */
public record TrainingProgress(int epoch, int step, int steps, double loss, double imagesPerSecond) {}
