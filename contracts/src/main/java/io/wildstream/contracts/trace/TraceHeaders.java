// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The headers {@code traceparent} and {@code tracestate} of a record, see <a href="https://www.w3.org/TR/trace-context/">W3C</a>. */
public final class TraceHeaders {

    private static final String PARENT = "traceparent";
    private static final W3CTraceContextPropagator PROPAGATOR = W3CTraceContextPropagator.getInstance();
    private static final TextMapSetter<Headers> SETTER = (headers, key, value) -> {
        if (headers != null) {
            headers.remove(key).add(key, value.getBytes(US_ASCII));
        }
    };
    private static final TextMapGetter<Headers> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
            return List.of(PARENT, "tracestate");
        }

        @Override
        public @Nullable String get(@Nullable Headers headers, String key) {
            Header header = headers == null ? null : headers.lastHeader(key);
            return header == null || header.value() == null ? null : new String(header.value(), US_ASCII);
        }
    };

    private TraceHeaders() {}

    /** The sampled trace that a record belongs to, or null. */
    public static @Nullable SpanContext sampled(Headers headers) {
        if (headers.lastHeader(PARENT) == null) {
            return null;
        }
        SpanContext context = Span.fromContext(PROPAGATOR.extract(Context.root(), headers, GETTER))
                .getSpanContext();
        return context.isValid() && context.isSampled() ? context : null;
    }

    /** Puts the current trace of this thread into the headers of a new record; does nothing when it is not sampled. */
    public static void addCurrent(Headers headers) {
        SpanContext current = Span.current().getSpanContext();
        if (current.isSampled()) {
            put(headers, current);
        }
    }

    /** Makes a record belong to this span. */
    static void put(Headers headers, SpanContext span) {
        PROPAGATOR.inject(Context.root().with(Span.wrap(span)), headers, SETTER);
    }
}
