// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is committed as derived equals what it is derived from. */
@Tag("slow")
class RenderingTest {

    private static final String REMEDY = "run deploy/kubernetes/render.sh";

    static Stream<Path> directories() {
        return ClusterManifests.directories().stream();
    }

    @ParameterizedTest
    @MethodSource("directories")
    void kubectlRendersWhatIsCommitted(Path directory) throws Exception {
        // Given
        assumeTrue(isInstalled(), "kubectl is not installed: the committed renderings are tested as they are");
        String committed = Files.readString(ClusterManifests.RENDERED.resolve(directory.getFileName() + ".yaml"));

        // When
        String rendered = run("kubectl", "kustomize", directory.toString());

        // Then
        assertThat(rendered).as(REMEDY).isEqualTo(committed);
    }

    @Test
    void thePrometheusRuleHoldsTheRulesOfThePrometheusDirectory() throws IOException {
        // Given
        Path rules = ClusterManifests.REPOSITORY.resolve("deploy/prometheus/rules/wildstream.rules.yaml");
        assumeTrue(Files.exists(rules), rules + " does not exist");
        var expected = ClusterManifests.YAML.readTree(rules.toFile());

        // When
        var resource = ClusterManifests.YAML.readTree(
                Path.of("components/production/prometheus-rule.yaml").toFile());

        // Then
        assertThat(resource.at("/spec")).as(REMEDY).isEqualTo(expected);
    }

    @Test
    void theComponentRunbooksMakesLinksOfAllRunbookUrls() {
        // Given
        List<String> relative = runbooks("production");

        // When
        List<String> links = runbooks("mig-s3");

        // Then
        assertThat(relative).isNotEmpty().allMatch(url -> url.startsWith("docs/runbooks.md#wildstream"));
        assertThat(links)
                .containsExactlyElementsOf(relative.stream()
                        .map(url -> "https://example.com/wildstream/" + url)
                        .toList());
    }

    private static List<String> runbooks(String overlay) {
        return ClusterManifests.of(overlay)
                .find("PrometheusRule", "wildstream")
                .orElseThrow()
                .json()
                .findValuesAsText("runbook_url");
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return run("kubectl", "version", "--client").contains("Kustomize");
        } catch (IOException e) {
            return false;
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        return output;
    }
}
