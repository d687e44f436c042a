// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumingThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.Prometheus;
import io.wildstream.contracts.testkit.UsesCluster;
import io.wildstream.contracts.testkit.Waits;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One call's trace through all four services as processes, as they export it by OTLP; and what names it: the exemplars of their
 * metrics, which Prometheus keeps, and their logs as JSON.
 */
@Tag("long")
@UsesCluster
class TraceIT {

    private static final int SAMPLES = 400;
    private static final Set<String> SERVICES =
            Set.of("wildstream-gateway", "teacher-service", "wildstream-selector", "wildstream-trainer");

    /** Measurements of a process that are made while a trace is worked on, as they begin in OpenMetrics. */
    private static final Map<String, List<String>> EXEMPLARS = Map.of(
            "gateway",
            List.of("wildstream_gateway_call_seconds_bucket{code=\"OK\",method=\"wildstream.v1.IngestService/Ingest\""),
            "teacher",
            List.of(
                    "wildstream_teacher_step_seconds_bucket{step=\"decode\"",
                    "wildstream_teacher_step_seconds_bucket{step=\"forward\"",
                    "wildstream_teacher_step_seconds_bucket{step=\"commit\"",
                    "wildstream_teacher_batch_samples_bucket{"),
            "selector",
            List.of(
                    "wildstream_selector_step_seconds_bucket{step=\"decide\"",
                    "wildstream_selector_noise_value_bucket{"),
            "trainer-" + Rehearsal.STUDENT,
            List.of("wildstream_trainer_step_seconds_bucket{kind=\"fresh\""));

    /** What Prometheus accepts. */
    private static final String PROMETHEUS =
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    private static final Pattern EXEMPLAR = Pattern.compile(" # \\{[^}]*trace_id=\"([0-9a-f]{32})\"");
    private static final Duration PATIENCE = Waits.PATIENT;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<Exported> spans = new ConcurrentLinkedQueue<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private HttpServer collector;

    /** A span as it was exported. */
    private record Exported(String service, String name, String trace, String span, String parent) {}

    @BeforeEach
    void startCollector() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", this::collect);
        collector.start();
    }

    @AfterEach
    void stopCollector() {
        collector.stop(0);
    }

    @Test
    void aCallsTraceRunsThroughAllFourServicesAndIsNamedByExemplarsAndJsonLogs() throws Exception {
        // Given
        Rehearsal rehearsal = new Rehearsal(directory, SAMPLES);
        Map<String, String> keys = Map.of(
                "quarkus.otel.sdk.disabled", "false",
                "quarkus.otel.exporter.otlp.protocol", "http/protobuf",
                "quarkus.otel.exporter.otlp.endpoint",
                        "http://127.0.0.1:" + collector.getAddress().getPort(),
                "quarkus.otel.bsp.schedule.delay", "500ms",
                "quarkus.log.console.json.enabled", "true");

        // When
        try (Cluster cluster = rehearsal.start(keys);
                GatewayClient gateway = GatewayClient.connect(cluster.port("gateway"))) {
            rehearsal.command(gateway);
            letter(cluster);
            var samples = IntStream.range(0, SAMPLES)
                    .mapToObj(number -> rehearsal.mixture().entry(number).sample())
                    .iterator();
            try (Feeding feeding = new Feeding(gateway, samples, Double.POSITIVE_INFINITY, true)) {
                rehearsal.awaitFinished(cluster, gateway);
                assertThat(feeding.isDone()).isTrue();
            }
            await().atMost(PATIENCE).until(() -> !wholeTraces().isEmpty());

            // Then
            for (String process : EXEMPLARS.keySet()) {
                assertThatMeasurementsNameTraces(process, cluster.port(process));
                assertThatLinesAreJsonAndNameTraces(log(cluster, process));
            }
            String trainer = "trainer-" + Rehearsal.STUDENT;
            assertThat(traceOf(line(log(cluster, "teacher"), "dead letters written")))
                    .isNotEmpty();
            assertThat(traceOf(line(log(cluster, trainer), "first step"))).isNotEmpty();
            assertThat(traceOf(line(log(cluster, trainer), "finished student=")))
                    .isEmpty();
            assumingThat(isOnPath(Prometheus.NAME), () -> assertThatPrometheusKeepsExemplars(cluster));
        }
        Map<String, List<Exported>> whole = wholeTraces();
        assertThat(whole).isNotEmpty();
        whole.values().forEach(TraceIT::assertThatEachStageFollowsTheOneBefore);
    }

    /** A sample that no teacher can decode: a trace of its own, and a line in the teacher's log. */
    private void letter(Cluster cluster) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + cluster.port("gateway") + "/v1/samples?id=broken"))
                .header("Content-Type", "image/png")
                .POST(HttpRequest.BodyPublishers.ofString("no image"))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    private void assertThatMeasurementsNameTraces(String process, int port) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/metrics"))
                .header("Accept", PROMETHEUS)
                .build();
        await().atMost(PATIENCE).untilAsserted(() -> {
            Map<String, String> exemplars = new HashMap<>();
            http.send(request, HttpResponse.BodyHandlers.ofLines()).body().forEach(line -> {
                Matcher exemplar = EXEMPLAR.matcher(line);
                if (exemplar.find()) {
                    exemplars.put(line, exemplar.group(1));
                }
            });
            assertThat(collected()).containsAll(exemplars.values());
            assertThat(EXEMPLARS.get(process))
                    .allSatisfy(begin -> assertThat(exemplars.keySet()).anyMatch(line -> line.startsWith(begin)));
        });
    }

    private void assertThatLinesAreJsonAndNameTraces(Path log) throws IOException {
        assertThat(Files.readAllLines(log)).isNotEmpty().allSatisfy(line -> {
            JsonNode entry = JSON.readTree(line);
            assertThat(entry.hasNonNull("message")).isTrue();
            assertThat(entry.hasNonNull("loggerName")).isTrue();
            if (!traceOf(entry).isEmpty()) {
                await().atMost(PATIENCE).until(() -> collected().contains(traceOf(entry)));
            }
        });
    }

    private void assertThatPrometheusKeepsExemplars(Cluster cluster) {
        String prometheus = cluster.startPrometheus(Prometheus.find());
        String now = Long.toString(Instant.now().getEpochSecond());
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            Set<String> metrics = new HashSet<>();
            JsonNode answer = JSON.readTree(http.send(
                            HttpRequest.newBuilder(URI.create(prometheus + "/api/v1/query_exemplars?query="
                                            + URLEncoder.encode("{__name__=~\"wildstream_.+\"}", StandardCharsets.UTF_8)
                                            + "&start=0&end=" + now))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
            answer.get("data").forEach(series -> {
                metrics.add(series.at("/seriesLabels/__name__").asText());
                assertThat(collected()).containsAll(series.get("exemplars").findValuesAsText("trace_id"));
            });
            assertThat(metrics)
                    .containsAll(EXEMPLARS.values().stream()
                            .flatMap(List::stream)
                            .map(begin -> begin.replaceFirst("\\{.*", ""))
                            .toList());
        });
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static Path log(Cluster cluster, String process) {
        return cluster.process(process).orElseThrow().log();
    }

    /** The line of a log whose message begins so. */
    private static JsonNode line(Path log, String begin) throws IOException {
        for (String line : Files.readAllLines(log)) {
            JsonNode entry = JSON.readTree(line);
            if (entry.path("message").asText().startsWith(begin)) {
                return entry;
            }
        }
        throw new AssertionError("no line '" + begin + "' in " + log);
    }

    /** The sampled trace that a line names; empty when there is none. */
    private static String traceOf(JsonNode entry) {
        return entry.at("/mdc/sampled").asText().equals("true")
                ? entry.at("/mdc/traceId").asText()
                : "";
    }

    private Set<String> collected() {
        return spans.stream().map(Exported::trace).collect(Collectors.toSet());
    }

    /** Each stage's span is the child of one of the stage before it. */
    private static void assertThatEachStageFollowsTheOneBefore(List<Exported> trace) {
        Map<String, Exported> byId = new HashMap<>();
        trace.forEach(span -> byId.put(span.span(), span));
        Map<String, String> before = Map.of(
                "teacher batch", "wildstream-gateway",
                "selector batch", "teacher-service",
                "trainer step", "wildstream-selector");
        Set<String> seen = trace.stream().map(Exported::name).collect(Collectors.toSet());
        assertThat(seen).containsAll(before.keySet());
        for (Exported span : trace) {
            String service = before.get(span.name());
            if (service != null) {
                assertThat(byId).as("%s", span).containsKey(span.parent());
                assertThat(byId.get(span.parent()).service()).isEqualTo(service);
            }
        }
    }

    private Map<String, List<Exported>> wholeTraces() {
        Map<String, List<Exported>> traces = spans.stream().collect(Collectors.groupingBy(Exported::trace));
        traces.values()
                .removeIf(trace -> !trace.stream()
                        .map(Exported::service)
                        .collect(Collectors.toSet())
                        .containsAll(SERVICES));
        return traces;
    }

    private void collect(HttpExchange call) throws IOException {
        try (call) {
            UnknownFieldSet request = UnknownFieldSet.parseFrom(call.getRequestBody());
            for (ByteString resourceSpans : request.getField(1).getLengthDelimitedList()) {
                add(UnknownFieldSet.parseFrom(resourceSpans));
            }
            call.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            call.sendResponseHeaders(200, -1);
        }
    }

    /** The fields are those of {@code opentelemetry/proto/trace/v1/trace.proto}. */
    private void add(UnknownFieldSet resourceSpans) throws InvalidProtocolBufferException {
        String service = "";
        for (ByteString resource : resourceSpans.getField(1).getLengthDelimitedList()) {
            for (ByteString attribute :
                    UnknownFieldSet.parseFrom(resource).getField(1).getLengthDelimitedList()) {
                if (text(UnknownFieldSet.parseFrom(attribute), 1).equals("service.name")) {
                    service = text(UnknownFieldSet.parseFrom(bytes(UnknownFieldSet.parseFrom(attribute), 2)), 1);
                }
            }
        }
        for (ByteString scope : resourceSpans.getField(2).getLengthDelimitedList()) {
            for (ByteString one : UnknownFieldSet.parseFrom(scope).getField(2).getLengthDelimitedList()) {
                UnknownFieldSet span = UnknownFieldSet.parseFrom(one);
                spans.add(new Exported(service, text(span, 5), hex(span, 1), hex(span, 2), hex(span, 4)));
            }
        }
    }

    private static ByteString bytes(UnknownFieldSet message, int field) {
        List<ByteString> values = message.getField(field).getLengthDelimitedList();
        return values.isEmpty() ? ByteString.EMPTY : values.get(values.size() - 1);
    }

    private static String text(UnknownFieldSet message, int field) {
        return bytes(message, field).toStringUtf8();
    }

    private static String hex(UnknownFieldSet message, int field) {
        return HexFormat.of().formatHex(bytes(message, field).toByteArray());
    }
}
