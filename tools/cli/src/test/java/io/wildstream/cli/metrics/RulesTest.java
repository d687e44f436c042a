// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The alert rules, their tests and their runbooks. */
@Tag("slow")
class RulesTest {

    private static final Path DIRECTORY = Repository.ROOT.resolve("deploy/prometheus");
    private static final Pattern ALERT = Pattern.compile("alertname=\"(\\w+)\"");

    @Test
    void promtoolAcceptsRulesAndConfiguration() {
        // Given
        Repository.require("promtool", "check the rules of Prometheus (Debian: apt-get install prometheus)");

        // When
        var rules = Repository.run(DIRECTORY, "promtool", "check", "rules", Repository.RULES.toString());
        var configuration = Repository.run(DIRECTORY, "promtool", "check", "config", "prometheus.yml");

        // Then
        rules.mustSucceed();
        configuration.mustSucceed();
    }

    @Test
    void everyAlertFiresAndStaysSilentAsItsTestsSay() {
        // Given
        Repository.require("promtool", "run the tests of the alerts (Debian: apt-get install prometheus)");
        List<String> command = new ArrayList<>(List.of("promtool", "test", "rules"));
        tests().forEach(file -> command.add(file.toString()));

        // When
        var result = Repository.run(DIRECTORY, "", command);

        // Then
        result.mustSucceed();
    }

    @Test
    void everyAlertHasATestThatFiresAndOneThatStaysSilent() {
        // When
        Set<String> fires = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        for (Path file : tests()) {
            Rules.yaml(file)
                    .get("tests")
                    .forEach(test -> test.get("promql_expr_test").forEach(check -> {
                        Matcher alert = ALERT.matcher(check.get("expr").asText());
                        assertThat(alert.find()).as(check.toString()).isTrue();
                        (check.get("exp_samples").isEmpty() ? silent : fires).add(alert.group(1));
                    }));
        }

        // Then
        assertThat(fires).isEqualTo(Rules.alerts().keySet());
        assertThat(silent).isEqualTo(Rules.alerts().keySet());
    }

    @Test
    void everyAlertSaysWhatItMeansAndNamesItsRunbook() {
        // Given
        String runbooks = Repository.read(Repository.ROOT.resolve("docs/runbooks.md"));

        // Then
        Rules.alerts().forEach((name, rule) -> {
            assertThat(rule.at("/labels/severity").asText()).as(name).isIn("critical", "warning", "info");
            assertThat(rule.at("/annotations/summary").asText()).as(name).isNotBlank();
            assertThat(rule.at("/annotations/description").asText()).as(name).isNotBlank();
            assertThat(rule.at("/annotations/runbook_url").asText())
                    .isEqualTo("docs/runbooks.md#" + name.toLowerCase(Locale.ROOT));
            assertThat(section(runbooks, name))
                    .as("the section of %s in docs/runbooks.md", name)
                    .contains("**Meaning.**", "**Impact.**", "**Diagnosis.**", "**Mitigation.**", "```bash");
        });
        assertThat(Pattern.compile("(?m)^## (\\w+)$")
                        .matcher(runbooks)
                        .results()
                        .map(found -> found.group(1)))
                .containsExactlyInAnyOrderElementsOf(Rules.alerts().keySet());
    }

    private static String section(String page, String name) {
        int start = page.indexOf("\n## " + name + "\n");
        if (start < 0) {
            return "";
        }
        int end = page.indexOf("\n## ", start + 1);
        return page.substring(start, end < 0 ? page.length() : end);
    }

    private static List<Path> tests() {
        return Repository.files(DIRECTORY.resolve("tests"), ".test.yaml");
    }
}
