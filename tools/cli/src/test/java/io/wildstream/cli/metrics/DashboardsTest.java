// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What all dashboards have in common. */
@Tag("slow")
class DashboardsTest {

    private static final Map<String, JsonNode> ALL = Dashboards.all();

    @TempDir
    Path directory;

    @Test
    void haveUidsThatStayVariablesAndLinksToEachOther() {
        assertThat(ALL.keySet()).containsExactly("kafka-jvm", "learning", "overview", "selection", "teacher");
        ALL.forEach((name, dashboard) -> {
            assertThat(dashboard.get("uid").asText()).isEqualTo("wildstream-" + name);
            assertThat(texts(dashboard.at("/templating/list"), "name"))
                    .containsExactly("datasource", "namespace", "student", "curriculum");
            List<String> others = ALL.keySet().stream()
                    .filter(other -> !other.equals(name))
                    .map(other -> "/d/wildstream-" + other)
                    .toList();
            assertThat(texts(dashboard.get("links"), "url")).containsExactlyInAnyOrderElementsOf(others);
            dashboard
                    .get("links")
                    .forEach(link ->
                            assertThat(link.get("includeVars").asBoolean()).isTrue());
            assertThat(texts(dashboard.at("/annotations/list"), "name")).contains("Lineage");
        });
    }

    @Test
    void namespaceStudentAndCurriculumMatchWhereALabelIsMissing() {
        ALL.forEach((name, dashboard) -> dashboard.at("/templating/list").forEach(variable -> {
            if (variable.get("type").asText().equals("query")) {
                assertThat(variable.get("allValue").asText()).as(name).isEqualTo(".*");
            }
        }));
    }

    @Test
    void everyPanelHasADescriptionAUnitAndTheChosenDataSource() {
        ALL.forEach((name, dashboard) -> Dashboards.panels(dashboard).forEach(panel -> {
            String place = name + " / " + panel.get("title").asText();
            assertThat(panel.get("description").asText())
                    .as(place)
                    .endsWith(".")
                    .hasSizeGreaterThan(15);
            assertThat(panel.at("/fieldConfig/defaults/unit").asText())
                    .as(place)
                    .isNotBlank();
            assertThat(panel.at("/datasource/uid").asText()).as(place).isEqualTo("${datasource}");
            panel.get("targets").forEach(target -> {
                assertThat(target.at("/datasource/uid").asText()).as(place).isEqualTo("${datasource}");
                assertThat(target.get("legendFormat").asText()).as(place).isNotBlank();
            });
        }));
    }

    @Test
    void everyQueryOfOwnMetricsAsksForTheChosenNamespace() {
        Dashboards.queries().stream()
                .filter(query -> query.expression().contains("wildstream_"))
                .forEach(query ->
                        assertThat(query.expression()).as(query.place()).contains("namespace=~\"$namespace\""));
    }

    @Test
    void panelsDoNotOverlap() {
        ALL.forEach((name, dashboard) -> {
            Set<String> taken = new TreeSet<>();
            Set<Integer> ids = new TreeSet<>();
            dashboard.get("panels").forEach(panel -> {
                JsonNode position = panel.get("gridPos");
                assertThat(ids.add(panel.get("id").asInt())).isTrue();
                int right = position.get("x").asInt() + position.get("w").asInt();
                assertThat(right).isLessThanOrEqualTo(24);
                for (int x = position.get("x").asInt(); x < right; x++) {
                    for (int y = 0; y < position.get("h").asInt(); y++) {
                        String cell = x + "," + (position.get("y").asInt() + y);
                        assertThat(taken.add(cell))
                                .as(name + " / " + panel.get("title").asText())
                                .isTrue();
                    }
                }
            });
        });
    }

    @Test
    void areWhatTheGeneratorWrites() throws IOException {
        // Given
        Repository.require("python3", "write the dashboards again");

        // When
        Repository.run(
                        Repository.ROOT,
                        "python3",
                        Repository.ROOT.resolve("deploy/grafana/generate.py").toString(),
                        directory.toString())
                .mustSucceed();

        // Then
        for (Path written : Repository.files(directory, ".json")) {
            assertThat(Repository.DASHBOARDS.resolve(written.getFileName())).hasContent(Files.readString(written));
        }
        assertThat(Repository.files(directory, ".json")).hasSameSizeAs(ALL.keySet());
    }

    private static List<String> texts(JsonNode list, String field) {
        List<String> texts = new ArrayList<>();
        list.forEach(one -> texts.add(one.get(field).asText()));
        return texts;
    }
}
