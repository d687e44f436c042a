// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.wildstream.contracts.testkit.MetricsCatalogue;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.reference.ReferenceReader;
import io.wildstream.reference.ReferenceSettings;
import io.wildstream.teacher.SampleStream.Committed;
import io.wildstream.teacher.fetch.FetchSettings;
import io.wildstream.teacher.fetch.Fetches;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TeacherMetricsTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final TeacherMetrics metrics = new TeacherMetrics(registry);

    @Test
    void shouldShowWhatTheCatalogueSaysAndNothingElse() {
        // When
        metrics.answering(teacher("first", 1), List.of("crane", "crane"));
        new Fetches(
                        new ReferenceReader(ReferenceSettings.files(List.of())),
                        new FetchSettings(1, 1 << 20, 1, Duration.ZERO, true),
                        registry)
                .close();

        // Then
        assertThat(MetricsCatalogue.shown(registry.scrape()))
                .containsExactlyInAnyOrderElementsOf(MetricsCatalogue.read().of("teacher"));
    }

    @Test
    void shouldShowOneTeacherAtATime() {
        // When
        metrics.answering(teacher("first", 1), List.of("first cat", "first dog", "first fox"));
        metrics.answering(teacher("second", 2), List.of("crane", "crane"));

        // Then
        assertThat(registry.scrape())
                .contains("wildstream_teacher_info{device=\"cpu\",digest=\"abc\",model=\"second\",} 1.0")
                .contains("wildstream_teacher_generation 2.0")
                .contains("wildstream_teacher_class_info{label=\"0\",name=\"crane\",} 1.0")
                .contains("wildstream_teacher_class_info{label=\"1\",name=\"crane\",} 1.0")
                .doesNotContain("first");
    }

    @Test
    void shouldCountDeadLettersByReasonFromZero() {
        // When
        metrics.committed(new Committed(3, 2, 1, Map.of("malformed", 2)));

        // Then
        assertThat(registry.scrape())
                .contains("wildstream_teacher_records_total 6.0")
                .contains("wildstream_teacher_outputs_total{origin=\"model\",} 1.0")
                .contains("wildstream_teacher_outputs_total{origin=\"sample\",} 2.0")
                .contains("wildstream_teacher_dead_letters_total{reason=\"malformed\",} 2.0")
                .contains("wildstream_teacher_dead_letters_total{reason=\"undecodable\",} 0.0");
    }

    private static TeacherReference teacher(String name, long generation) {
        return TeacherReference.newBuilder()
                .setName(name)
                .setDigest("abc")
                .setGeneration(generation)
                .build();
    }
}
