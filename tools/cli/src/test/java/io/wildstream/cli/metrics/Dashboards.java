// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The dashboards of {@code deploy/grafana}. */
final class Dashboards {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Dashboards() {}

    /** A PromQL expression and where it stands. */
    record Query(String place, String expression) {

        /** As Grafana sends it when all is selected. */
        String filled() {
            return expression
                    .replace("$__rate_interval", "1m")
                    .replace("$__interval", "30s")
                    .replaceAll("\\$(namespace|student|curriculum)", ".*");
        }
    }

    /** All dashboards by the names of their files. */
    static Map<String, JsonNode> all() {
        Map<String, JsonNode> all = new TreeMap<>();
        Repository.files(Repository.DASHBOARDS, ".json").forEach(file -> {
            try {
                all.put(file.getFileName().toString().replace(".json", ""), JSON.readTree(file.toFile()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return all;
    }

    /** Panels other than rows. */
    static List<JsonNode> panels(JsonNode dashboard) {
        List<JsonNode> panels = new ArrayList<>();
        dashboard.get("panels").forEach(panel -> {
            if (!panel.get("type").asText().equals("row")) {
                panels.add(panel);
            }
        });
        return panels;
    }

    /** The queries of all panels. */
    static List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        all().forEach((name, dashboard) -> panels(dashboard)
                .forEach(panel -> panel.get("targets")
                        .forEach(target -> queries.add(new Query(
                                name + " / " + panel.get("title").asText() + " / "
                                        + target.get("refId").asText(),
                                target.get("expr").asText())))));
        return queries;
    }

    /** The queries of all annotations. */
    static List<Query> annotations() {
        List<Query> queries = new ArrayList<>();
        all().forEach((name, dashboard) -> dashboard.at("/annotations/list").forEach(annotation -> {
            if (annotation.has("target")) {
                queries.add(new Query(
                        name + " / " + annotation.get("name").asText(),
                        annotation.at("/target/expr").asText()));
            }
        }));
        return queries;
    }
}
