// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.count;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a curriculum kept and did not keep, counted in the committed topics.
 *
 * @param kept selected samples
 * @param notKept decisions not to keep
 * @param repeated selections or rejections of a sample that already had a decision; 0 when all is well
 * @param keptBySource kept samples by source
 * @param keptByClass kept samples by pseudo-label
 * @param decisions all of them, or null when they were not asked for
 */
public record CurriculumCount(
        long kept,
        long notKept,
        long repeated,
        Map<String, Long> keptBySource,
        List<Long> keptByClass,
        @Nullable Decisions decisions) {

    public CurriculumCount {
        keptBySource = Map.copyOf(keptBySource);
        keptByClass = List.copyOf(keptByClass);
    }

    /** Share of the kept samples that come from this source, in [0, 1]; 0 when none was kept. */
    public double share(String source) {
        return kept == 0 ? 0 : keptBySource.getOrDefault(source, 0L) / (double) kept;
    }

    /** Share of the kept samples of each class, in [0, 1]. */
    public List<Double> classShares() {
        return keptByClass.stream()
                .map(count -> kept == 0 ? 0 : count / (double) kept)
                .toList();
    }
}
