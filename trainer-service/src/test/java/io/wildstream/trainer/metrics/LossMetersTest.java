// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LossMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LossMeters losses = new LossMeters(registry, "loss", Tags.of("student", "anna"));
    private final NoiseMatrixMeters matrix = new NoiseMatrixMeters(registry, "w_", Tags.of("student", "anna"));

    @Test
    void aTermThatComesBackIsShownAgain() {
        // Given
        losses.set(Map.of("kd", 1.0, "total", 1.0));
        losses.set(Map.of("total", 2.0));

        // When
        losses.set(Map.of("kd", 3.0, "total", 3.0));

        // Then
        assertThat(registry.get("loss").tag("term", "kd").gauge().value()).isEqualTo(3);
        assertThat(registry.find("loss").gauges()).hasSize(2);
    }

    @Test
    void oneTermCanBeSetApart() {
        // Given
        losses.set(Map.of("total", 2.0));

        // When
        losses.set("total", Double.NaN);

        // Then
        assertThat(registry.get("loss").tag("term", "total").gauge().value()).isNaN();
    }

    @Test
    void aLaterMatrixReplacesTheEarlierOne() {
        // Given
        matrix.set(List.of(List.of(0.9f, 0.1f), List.of(0.3f, 0.7f)));

        // When
        matrix.set(List.of());

        // Then
        assertThat(registry.getMeters().stream().map(Meter::getId).map(Meter.Id::getName))
                .doesNotContain("w_q_diagonal_ratio", "w_q_confusion_ratio");
    }

    @Test
    void onlyTheFirstHundredClassesHaveSeries() {
        // When
        List<Float> row = java.util.Collections.nCopies(120, 0.5f);
        matrix.set(java.util.Collections.nCopies(120, row));

        // Then
        assertThat(registry.find("w_q_diagonal_ratio").gauges()).hasSize(100);
    }
}
