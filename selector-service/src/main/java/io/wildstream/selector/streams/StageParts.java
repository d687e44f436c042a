// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import io.wildstream.contracts.Topics;
import io.wildstream.selector.curriculum.Curricula;
import io.wildstream.selector.metrics.RuleBoard;
import io.wildstream.selector.metrics.SelectorMetrics;

/**
 * What the tasks of both stages have in common.
 *
 * @param publishRejected whether decisions not to keep are written to {@code rejected}
 */
public record StageParts(
        Topics topics, Curricula curricula, SelectorMetrics metrics, RuleBoard board, boolean publishRejected) {}
