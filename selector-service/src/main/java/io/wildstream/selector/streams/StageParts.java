// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import io.wildstream.contracts.Topics;
import io.wildstream.selector.curriculum.Curricula;
import io.wildstream.selector.metrics.RuleReports;
import io.wildstream.selector.metrics.SelectorMetrics;
import io.wildstream.selector.payload.Payloads;
import java.util.function.Supplier;

/**
 * What the tasks of both stages have in common.
 *
 * @param publishRejected whether decisions not to keep are written to {@code rejected}
 * @param payloads opens what brings the payloads of samples whose outputs hold none, for one task
 */
public record StageParts(
        Topics topics,
        Curricula curricula,
        SelectorMetrics metrics,
        RuleReports reports,
        boolean publishRejected,
        Supplier<Payloads> payloads) {}
