// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.testkit.MetricsCatalogue;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever a dashboard or a rule reads is in the catalogue, and the other way round. */
class CatalogueTest {

    private final MetricsCatalogue catalogue = MetricsCatalogue.read();

    @Test
    void everythingThatIsReadIsInTheCatalogue() {
        // When
        Set<String> unknown = new TreeSet<>(read());
        catalogue.all().forEach(metric -> unknown.removeAll(metric.seriesNames()));
        unknown.removeAll(catalogue.libraries());
        Rules.recorded().forEach(unknown::remove);

        // Then
        assertThat(unknown).isEmpty();
    }

    @Test
    void everythingInTheCatalogueIsReadOrSaidToBeForAdHocUse() {
        // When
        Set<String> unread = new TreeSet<>();
        Set<String> read = read();
        catalogue.all().stream()
                .filter(metric -> metric.seriesNames().stream().noneMatch(read::contains))
                .forEach(metric -> unread.add(metric.name()));

        // Then
        assertThat(unread).isEqualTo(catalogue.adHoc());
    }

    @Test
    void everyLibrarysMetricInTheCatalogueIsRead() {
        assertThat(read()).containsAll(catalogue.libraries());
    }

    @Test
    void everyRecordedSeriesIsRead() {
        assertThat(read()).containsAll(Rules.recorded());
    }

    private static Set<String> read() {
        Set<String> names = new TreeSet<>();
        Stream.concat(Dashboards.queries().stream(), Dashboards.annotations().stream())
                .forEach(query -> names.addAll(PromQl.metrics(query.filled())));
        Rules.all().forEach(rule -> names.addAll(PromQl.metrics(rule.get("expr").asText())));
        return names;
    }
}
