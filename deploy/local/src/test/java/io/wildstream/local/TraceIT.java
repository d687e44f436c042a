package io.wildstream.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.wildstream.local.chaos.Rehearsal;
import io.wildstream.local.client.Feeding;
import io.wildstream.local.client.GatewayClient;
import io.wildstream.local.cluster.ChildProcess;
import io.wildstream.local.cluster.Cluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One call's trace through all four services as processes, as they export it by OTLP; and their logs as JSON. */
@Tag("long")
class TraceIT {

    private static final int SAMPLES = 400;
    private static final Set<String> SERVICES =
            Set.of("wildstream-gateway", "teacher-service", "wildstream-selector", "wildstream-trainer");

    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<Exported> spans = new ConcurrentLinkedQueue<>();
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
    void aCallsTraceRunsThroughAllFourServicesAndLogsAreJson() throws Exception {
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
        List<Path> logs;
        try (Cluster cluster = rehearsal.start(keys);
                GatewayClient gateway = GatewayClient.connect(cluster.port("gateway"))) {
            rehearsal.command(gateway);
            var samples = IntStream.range(0, SAMPLES)
                    .mapToObj(number -> rehearsal.mixture().entry(number).sample())
                    .iterator();
            try (Feeding feeding = new Feeding(gateway, samples, Double.POSITIVE_INFINITY, true)) {
                rehearsal.awaitFinished(cluster, gateway);
                assertThat(feeding.isDone()).isTrue();
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> !wholeTraces().isEmpty());
            logs = cluster.processes().stream()
                    .filter(process -> !process.name().equals("broker"))
                    .map(ChildProcess::log)
                    .toList();

            // Then
            for (Path log : logs) {
                assertThat(Files.readAllLines(log)).isNotEmpty().allSatisfy(line -> {
                    JsonNode entry = new ObjectMapper().readTree(line);
                    assertThat(entry.hasNonNull("message")).isTrue();
                    assertThat(entry.hasNonNull("loggerName")).isTrue();
                });
            }
        }
        Map<String, List<Exported>> whole = wholeTraces();
        assertThat(whole).isNotEmpty();
        whole.values().forEach(TraceIT::assertThatEachStageFollowsTheOneBefore);
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
