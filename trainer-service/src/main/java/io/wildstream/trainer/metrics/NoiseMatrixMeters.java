// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The noise adaptation matrix Q of the newest checkpoint: its diagonal, and the largest other element of each row. */
final class NoiseMatrixMeters {

    /** Classes that have series of their own. */
    private static final int MAX_LABELS = 100;

    private final MultiGauge diagonal;
    private final MultiGauge confusion;

    NoiseMatrixMeters(MeterRegistry registry, String prefix, Tags student) {
        diagonal = MultiGauge.builder(prefix + "q_diagonal_ratio")
                .description("Q_ii of the noise adaptation matrix, at the newest checkpoint")
                .tags(student)
                .register(registry);
        confusion = MultiGauge.builder(prefix + "q_confusion_ratio")
                .description("Largest off-diagonal of a row of the noise adaptation matrix, at the newest checkpoint")
                .tags(student)
                .register(registry);
    }

    /** Shows this matrix, row by row; empty for none. */
    void set(List<List<Float>> q) {
        List<MultiGauge.Row<?>> diagonals = new ArrayList<>();
        List<MultiGauge.Row<?>> confusions = new ArrayList<>();
        for (int label = 0; label < Math.min(q.size(), MAX_LABELS); label++) {
            Tags tags = Tags.of("label", Integer.toString(label));
            diagonals.add(MultiGauge.Row.of(tags, q.get(label).get(label)));
            confusions.add(MultiGauge.Row.of(tags, largestConfusion(q.get(label), label)));
        }
        diagonal.register(diagonals, true);
        confusion.register(confusions, true);
    }

    private static double largestConfusion(List<Float> row, int own) {
        return IntStream.range(0, row.size())
                .filter(other -> other != own)
                .mapToDouble(row::get)
                .max()
                .orElse(0);
    }
}
