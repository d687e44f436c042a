// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The dashboards against Grafana's published types, excess properties refused: {@code src/test/grafana/strict.ts}. */
@Tag("slow")
class DashboardSchemaTest {

    private static final Path SOURCES = Path.of("src/test/grafana").toAbsolutePath();
    private static final Path WORK = Path.of("target/grafana").toAbsolutePath();
    private static final Pattern ERROR = Pattern.compile("(?m)^([\\w-]+)\\.ts\\(.*error TS");

    /** Errors that the check must find, each planted into a dashboard of its own. */
    private static final Map<String, Consumer<ObjectNode>> PLANTED = new LinkedHashMap<>();

    static {
        PLANTED.put("unknown-option", panel -> object(panel, "/options").put("nonsense", 1));
        PLANTED.put(
                "misspelt-field",
                panel -> object(panel, "/fieldConfig/defaults/custom").put("lineWith", 1));
        PLANTED.put("wrong-placement", panel -> object(panel, "/options/legend").put("placement", "middle"));
        PLANTED.put("wrong-kind", panel -> panel.put("type", "graph"));
        PLANTED.put("number-as-text", panel -> object(panel, "/gridPos").put("w", "8"));
        PLANTED.put("no-description", panel -> panel.remove("description"));
        PLANTED.put("no-unit", panel -> object(panel, "/fieldConfig/defaults").remove("unit"));
        PLANTED.put("unknown-query-field", panel -> object(panel, "/targets/0").put("legend", "x"));
    }

    @Test
    void areOfGrafanasPublishedFormAndPlantedErrorsAreFound() throws IOException {
        // Given
        Repository.require("node", "check the dashboards' form");
        Repository.require("npm", "check the dashboards' form");
        install();
        deleteChecks();
        Map<String, JsonNode> dashboards = Dashboards.all();
        for (Map.Entry<String, JsonNode> dashboard : dashboards.entrySet()) {
            write(dashboard.getKey(), dashboard.getValue());
        }
        for (Map.Entry<String, Consumer<ObjectNode>> planted : PLANTED.entrySet()) {
            JsonNode dashboard = Dashboards.all().get("overview");
            planted.getValue().accept((ObjectNode) firstSeries(dashboard));
            write("planted-" + planted.getKey(), dashboard);
        }

        // When
        var result = Repository.run(WORK, "node", "node_modules/typescript/lib/tsc.js", "--project", ".");

        // Then
        Set<String> refused = new TreeSet<>();
        ERROR.matcher(result.output()).results().forEach(found -> refused.add(found.group(1)));
        Set<String> expected = new TreeSet<>();
        PLANTED.keySet().forEach(name -> expected.add("planted-" + name));
        assertThat(refused).as(result.output()).isEqualTo(expected);
    }

    private static void install() throws IOException {
        Files.createDirectories(WORK);
        for (String name : new String[] {"package.json", "package-lock.json", "tsconfig.json", "strict.ts"}) {
            Files.copy(SOURCES.resolve(name), WORK.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        Path mark = WORK.resolve("node_modules/.installed");
        String wanted = Files.readString(WORK.resolve("package-lock.json"));
        if (Files.exists(mark) && Files.readString(mark).equals(wanted)) {
            return;
        }
        var installed = Repository.run(WORK, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        assumeTrue(
                installed.status() == 0,
                () -> "skipped: npm could not install Grafana's schema: " + installed.output());
        Files.writeString(mark, wanted);
    }

    private static void deleteChecks() throws IOException {
        for (Path file : Repository.files(WORK, ".ts")) {
            if (!file.endsWith("strict.ts")) {
                Files.delete(file);
            }
        }
    }

    private static void write(String name, JsonNode dashboard) throws IOException {
        Files.writeString(
                WORK.resolve(name + ".ts"),
                "import type { Strict } from './strict';\nexport const dashboard: Strict = "
                        + dashboard.toPrettyString() + ";\n");
    }

    private static JsonNode firstSeries(JsonNode dashboard) {
        return Dashboards.panels(dashboard).stream()
                .filter(panel -> panel.get("type").asText().equals("timeseries"))
                .findFirst()
                .orElseThrow();
    }

    private static ObjectNode object(ObjectNode panel, String pointer) {
        return (ObjectNode) panel.at(pointer);
    }
}
