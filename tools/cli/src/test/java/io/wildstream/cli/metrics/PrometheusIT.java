// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.GatewayToken;
import io.wildstream.cluster.Home;
import io.wildstream.contracts.testkit.MetricsCatalogue;
import io.wildstream.contracts.testkit.MetricsCatalogue.Metric;
import io.wildstream.contracts.testkit.UsesCluster;
import io.wildstream.contracts.testkit.Waits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users do: {@code up --with-prometheus}, {@code feed}, look, {@code down}; and then whatever a dashboard or rule asks has an answer. */
@Tag("long")
@UsesCluster
class PrometheusIT {

    private static final Duration PATIENCE = Waits.OF_A_CLUSTER;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Metrics of dashboards that a healthy cluster without a GPU does not have, with the reason. */
    private static final Map<String, String> NOT_HERE = Map.of(
            "DCGM_FI_DEV_GPU_UTIL", "comes from NVIDIA's DCGM exporter, where there is a GPU",
            "DCGM_FI_DEV_FB_USED", "comes from NVIDIA's DCGM exporter, where there is a GPU");

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Process> feeds = new ArrayList<>();

    @Test
    void everyQueryOfDashboardsAndRulesIsAnsweredByARunningCluster() throws Exception {
        // Given
        Repository.require("prometheus", "scrape a cluster (Debian: apt-get install prometheus)");
        String told = up();
        ClusterState state = ClusterState.read(new Home(home()).stateFile()).orElseThrow();
        String prometheus = "http://127.0.0.1:" + state.ports().get("prometheus");

        // When
        feeds.add(wildstream("feed", "built-in", "--rate-limit=40"));
        awaitNoDeadLetters(prometheus);
        letter(state);

        // Then
        assertThat(told).contains("prometheus  " + prometheus);
        everyExpressionParsesAndEachDashboardsReturnsSeries(prometheus);
        await().atMost(PATIENCE).until(() -> alerts(prometheus).contains("WildstreamDeadLetters"));
        everyRuleIsHealthy(prometheus);
        servicesShowTheCatalogueAndNothingElse(state);
        assertThat(run("status"))
                .containsPattern("prometheus +pid \\d+ +port " + state.ports().get("prometheus"));
        assertThat(run("down")).contains("stopped");
        assertThat(state.processes().stream().filter(process -> process.find().isPresent()))
                .isEmpty();
    }

    @AfterEach
    void end() throws Exception {
        feeds.forEach(Process::destroy);
        wildstream("down").waitFor();
    }

    private Path home() {
        return directory.resolve("home with spaces");
    }

    private String up() throws Exception {
        return run(
                "up",
                "--with-prometheus",
                "--teacher=lenet5",
                "--teacher-epochs=1",
                "--student=lenet5",
                "--batch=16",
                "--rate=0.5",
                "--port-base=" + freePorts());
    }

    /** The first of enough consecutive ports that are free. */
    private static int freePorts() {
        while (true) {
            int base = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            if (IntStream.range(base, base + 10).allMatch(PrometheusIT::isFree)) {
                return base;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs the launcher script; what it says goes to a file named for the command. */
    private Process wildstream(String command, String... arguments) throws IOException {
        List<String> all =
                new ArrayList<>(List.of(Repository.ROOT.resolve("wildstream").toString(), command, "--home=" + home()));
        all.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
        builder.environment().put("WILDSTREAM_BUILD", "never");
        builder.redirectOutput(directory.resolve(command + ".out").toFile());
        return builder.start();
    }

    private String run(String command, String... arguments) throws Exception {
        Process process = wildstream(command, arguments);
        int status = process.waitFor();
        String told = Repository.read(directory.resolve(command + ".out"));
        assertThat(status).as(told).isZero();
        return told;
    }

    /** Prometheus counts what a counter grows by, so it must have seen it before. */
    private void awaitNoDeadLetters(String prometheus) {
        String none = "wildstream_gateway_topic_records_total{topic=\"teacher-dlq\"} == 0";
        await().atMost(PATIENCE).until(() -> series(prometheus, none) == 1);
    }

    /** A sample that the gateway takes and no teacher can decode. */
    private void letter(ClusterState state) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + state.gatewayPort() + "/v1/samples?id=broken"))
                .header("Content-Type", "image/png")
                .POST(HttpRequest.BodyPublishers.ofString("no image"))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    private void everyExpressionParsesAndEachDashboardsReturnsSeries(String prometheus) {
        Map<String, String> unanswered = new TreeMap<>();
        Dashboards.queries().stream()
                .filter(query -> PromQl.metrics(query.filled()).stream().noneMatch(NOT_HERE::containsKey))
                .forEach(query -> unanswered.put(query.place(), query.filled()));
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            unanswered.values().removeIf(expression -> series(prometheus, expression) > 0);
            assertThat(unanswered).isEmpty();
        });
        Dashboards.annotations()
                .forEach(query -> assertThat(series(prometheus, query.filled())).isNotNegative());
        Dashboards.queries()
                .forEach(query -> assertThat(series(prometheus, query.filled())).isNotNegative());
    }

    /** How many series an expression gives; fails when it does not parse. */
    private int series(String prometheus, String expression) throws AssertionError {
        JsonNode answer =
                get(prometheus + "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        assertThat(answer.get("status").asText()).as(expression + " " + answer).isEqualTo("success");
        return answer.at("/data/result").size();
    }

    private Set<String> alerts(String prometheus) {
        Set<String> firing = new TreeSet<>();
        get(prometheus + "/api/v1/alerts").at("/data/alerts").forEach(alert -> {
            if (alert.get("state").asText().equals("firing")) {
                firing.add(alert.at("/labels/alertname").asText());
            }
        });
        return firing;
    }

    private void everyRuleIsHealthy(String prometheus) {
        List<JsonNode> rules = new ArrayList<>();
        get(prometheus + "/api/v1/rules")
                .at("/data/groups")
                .forEach(group -> group.get("rules").forEach(rules::add));
        assertThat(rules).hasSameSizeAs(Rules.all());
        rules.forEach(rule ->
                assertThat(rule.get("health").asText()).as(rule.toString()).isEqualTo("ok"));
        JsonNode targets = get(prometheus + "/api/v1/targets").at("/data/activeTargets");
        assertThat(targets)
                .hasSize(5)
                .allMatch(target -> target.get("health").asText().equals("up"));
    }

    private void servicesShowTheCatalogueAndNothingElse(ClusterState state) throws Exception {
        MetricsCatalogue catalogue = MetricsCatalogue.read();
        for (String process : List.of("gateway", "teacher", "selector", "trainer-dfnd")) {
            String text = text("http://127.0.0.1:" + state.ports().get(process) + "/q/metrics");
            assertThat(MetricsCatalogue.shown(text))
                    .as(process)
                    .containsExactlyInAnyOrderElementsOf(catalogue.of(process.replaceFirst("-.*", "")));
            lint(text, catalogue.of(process.replaceFirst("-.*", "")));
        }
    }

    /** Our own metrics as promtool wants them. */
    private static void lint(String text, List<Metric> own) {
        String lines = text.lines()
                .filter(line -> line.startsWith("wildstream_")
                        || line.startsWith("# HELP wildstream_")
                        || line.startsWith("# TYPE wildstream_"))
                .collect(Collectors.joining("\n", "", "\n"));
        assertThat(own).isNotEmpty();
        Repository.run(Repository.ROOT, lines, List.of("promtool", "check", "metrics"))
                .mustSucceed();
    }

    private JsonNode get(String address) {
        try {
            return JSON.readTree(text(address));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(address, e);
        }
    }

    private String text(String address) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .header("Accept", "text/plain;version=0.0.4")
                .header("Authorization", "Bearer " + GatewayToken.read(new Home(home()).tokenFile()))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
