// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkSpansTest {

    private static final AttributeKey<Long> COUNT = AttributeKey.longKey("messaging.batch.message_count");

    private final List<SpanData> exported = new ArrayList<>();
    private OpenTelemetrySdk sdk;

    @BeforeEach
    void startTracing() {
        GlobalOpenTelemetry.resetForTest();
        sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(new Exporter()))
                        .build())
                .buildAndRegisterGlobal();
    }

    @AfterEach
    void stopTracing() {
        sdk.close();
        GlobalOpenTelemetry.resetForTest();
    }

    @Test
    void aBatchHasOneSpanForEachTraceAndRecordsCarryItOn() {
        // Given
        List<Headers> records = List.of(record(1, 7, "01"), record(2, 8, "01"), record(1, 9, "01"));

        // When
        try (WorkSpans spans = new WorkSpans("work")) {
            records.forEach(spans::join);
        }

        // Then
        assertThat(exported)
                .hasSize(2)
                .allSatisfy(span -> assertThat(span.getName()).isEqualTo("work"));
        SpanData first = exported.get(0);
        SpanData second = exported.get(1);
        assertThat(first.getTraceId()).isEqualTo(traceId(1));
        assertThat(first.getParentSpanId()).isEqualTo(spanId(7));
        assertThat(first.getAttributes().get(COUNT)).isEqualTo(2);
        assertThat(first.getLinks()).isEmpty();
        assertThat(second.getTraceId()).isEqualTo(traceId(2));
        assertThat(second.getLinks())
                .singleElement()
                .satisfies(link -> assertThat(link.getSpanContext()).isEqualTo(first.getSpanContext()));
        assertThat(records.stream().map(WorkSpansTest::spanOf))
                .containsExactly(first.getSpanId(), second.getSpanId(), first.getSpanId());
    }

    @Test
    void recordsOfNoTraceOrOfOneThatIsNotSampledStayAsTheyAre() {
        // Given
        Headers none = new RecordHeaders();
        Headers unsampled = record(3, 7, "00");
        Headers broken = new RecordHeaders().add("traceparent", "rubbish".getBytes(US_ASCII));
        Headers empty = new RecordHeaders().add("traceparent", null);

        // When
        try (WorkSpans spans = new WorkSpans("work")) {
            List.of(none, unsampled, broken, empty).forEach(spans::join);
        }

        // Then
        assertThat(exported).isEmpty();
        assertThat(none).isEmpty();
        assertThat(spanOf(unsampled)).isEqualTo(spanId(7));
        assertThat(broken.lastHeader("traceparent").value()).asString().isEqualTo("rubbish");
    }

    @Test
    void aPieceOfWorkMakesABoundedNumberOfSpans() {
        // Given
        List<Headers> records = new ArrayList<>();
        for (int trace = 1; trace <= WorkSpans.MOST + 5; trace++) {
            records.add(record(trace, 7, "01"));
        }

        // When
        try (WorkSpans spans = new WorkSpans("work")) {
            records.forEach(spans::join);
        }

        // Then
        assertThat(exported).hasSize(WorkSpans.MOST);
        assertThat(spanOf(records.get(WorkSpans.MOST))).isEqualTo(spanId(7));
    }

    @Test
    void workThatFailedSaysSo() {
        try (WorkSpans spans = new WorkSpans("work")) {
            spans.join(record(1, 7, "01"));
            spans.failed(new IllegalStateException("no room"));
        }

        assertThat(exported.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(exported.get(0).getStatus().getDescription()).contains("no room");
    }

    @Test
    void theFirstSpanIsCurrentUntilTheWorkIsOver() {
        // Given
        WorkSpans spans = new WorkSpans("work");
        List.of(record(3, 7, "00"), record(1, 7, "01"), record(2, 8, "01")).forEach(spans::join);
        SpanContext before = Span.current().getSpanContext();

        // When
        spans.makeCurrent();
        spans.makeCurrent();
        SpanContext during = Span.current().getSpanContext();
        spans.close();

        // Then
        assertThat(before.isValid()).isFalse();
        assertThat(during).isEqualTo(exported.get(0).getSpanContext());
        assertThat(during.getTraceId()).isEqualTo(traceId(1));
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void eachRecordsSpanIsCurrentWhileItIsWorkedOn() {
        // Given
        List<Headers> records =
                List.of(record(1, 7, "01"), record(2, 8, "01"), record(3, 7, "00"), new RecordHeaders());
        List<String> during = new ArrayList<>();
        List<String> between = new ArrayList<>();

        // When
        try (WorkSpans spans = new WorkSpans("work")) {
            for (Headers record : records) {
                try (Scope scope = spans.joinAsCurrent(record)) {
                    during.add(Span.current().getSpanContext().getSpanId());
                }
                between.add(Span.current().getSpanContext().getSpanId());
            }
        }

        // Then
        String none = SpanContext.getInvalid().getSpanId();
        assertThat(during)
                .containsExactly(exported.get(0).getSpanId(), exported.get(1).getSpanId(), none, none);
        assertThat(during.subList(0, 2)).containsExactly(spanOf(records.get(0)), spanOf(records.get(1)));
        assertThat(between).containsOnly(none);
    }

    @Test
    void nothingIsCurrentWithoutASampledTrace() {
        // Given
        Context before = Context.current();

        // When
        try (WorkSpans spans = new WorkSpans("work")) {
            spans.join(new RecordHeaders());
            spans.join(record(3, 7, "00"));
            spans.makeCurrent();

            // Then
            assertThat(Context.current()).isSameAs(before);
        }
    }

    @Test
    void aNewRecordBelongsToWhatTheThreadWorksOn() {
        // Given
        Headers outside = new RecordHeaders();
        Headers inside = new RecordHeaders();
        Span call = GlobalOpenTelemetry.getTracer("test").spanBuilder("call").startSpan();

        // When
        TraceHeaders.addCurrent(outside);
        try (Scope scope = call.makeCurrent()) {
            TraceHeaders.addCurrent(inside);
        }

        // Then
        assertThat(outside).isEmpty();
        assertThat(spanOf(inside)).isEqualTo(call.getSpanContext().getSpanId());
        SpanContext sampled = TraceHeaders.sampled(inside);
        assertThat(sampled).isNotNull();
        assertThat(sampled.getTraceId()).isEqualTo(call.getSpanContext().getTraceId());
    }

    private static Headers record(int trace, int span, String flags) {
        String parent = "00-" + traceId(trace) + "-" + spanId(span) + "-" + flags;
        return new RecordHeaders().add("traceparent", parent.getBytes(US_ASCII));
    }

    private static String traceId(int number) {
        return String.format("%032x", number);
    }

    private static String spanId(int number) {
        return String.format("%016x", number);
    }

    private static String spanOf(Headers headers) {
        return new String(headers.lastHeader("traceparent").value(), US_ASCII).substring(36, 52);
    }

    private final class Exporter implements SpanExporter {

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            exported.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
