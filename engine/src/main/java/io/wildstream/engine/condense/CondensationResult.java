// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How good networks are that learned from condensed images, beside those that learned from as many real ones.
 *
 * @param condensed of networks that learned from the condensed images
 * @param realWithLearnedRates of networks that learned from real images with the same steps and rates
 * @param realWithTunedRate of networks that learned from real images with the constant rate that is best for them
 * @param tunedRate that rate
 * @param untrained of networks before the first step
 */
public record CondensationResult(
        Score condensed, Score realWithLearnedRates, Score realWithTunedRate, double tunedRate, Score untrained) {

    /**
     * Shares of the test images over several networks.
     *
     * @param networks measured
     * @param mean share of the test images that they get right, in [0, 1]
     * @param deviation standard deviation of that over the networks
     * @param attacked share of the attacked class that they take for the target class, mean; null without an attack
     */
    public record Score(
            int networks,
            double mean,
            double deviation,
            @Nullable Double attacked) {

        /** Mean and deviation of some measurements. */
        static Score of(List<Double> accuracies, List<Double> attacked) {
            double mean = mean(accuracies);
            double squares = 0;
            for (double accuracy : accuracies) {
                squares += (accuracy - mean) * (accuracy - mean);
            }
            return new Score(
                    accuracies.size(),
                    mean,
                    Math.sqrt(squares / accuracies.size()),
                    attacked.isEmpty() ? null : mean(attacked));
        }

        private static double mean(List<Double> values) {
            return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        }
    }
}
