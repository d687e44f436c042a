// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import java.util.List;

/**
 * How a rule stands in one input partition.
 *
 * @param thresholds score up to which is kept, by pseudo-label, or one for all; NaN for a label that was not seen
 * @param warm share in [0, 1] of the labels seen whose quantile rests on enough samples, see {@link KeepRateRule}; 1 for a rule without
 *     warm-up
 */
public record RuleReport(List<Double> thresholds, double warm) {}
