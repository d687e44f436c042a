// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.trace;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one piece of work on many records, a batch or a step: one for each sampled trace that a record of it belongs to, as a child
 * of that trace's last span. So a trace is whole from the call that began it to the step that learned its samples, and a batch of thousands
 * of records costs as many spans as it mixes traces, {@value #MOST} at most; records of further traces stay with the span that they had.
 * The spans of one piece of work last equally long; all but the first link to the first. Without a sampled trace, and where tracing is off,
 * nothing is made. A thread has one span current at a time, which is what its log lines and the exemplars of its measurements name: the
 * first one, or for work that takes one record after another that of the record. For one thread.
 */
public final class WorkSpans implements AutoCloseable {

    /** Most traces of one piece of work that get a span. */
    public static final int MOST = 32;

    private static final AttributeKey<Long> COUNT = AttributeKey.longKey("messaging.batch.message_count");
    private static final String SCOPE = "io.wildstream";

    private final String name;
    private final Map<String, Work> byTrace = new LinkedHashMap<>();
    private @Nullable Span first;
    private Scope current = Scope.noop();

    /** A span and the number of its records. */
    private static final class Work {
        private final Span span;
        private long records;

        private Work(Span span) {
            this.span = span;
        }
    }

    /** @param name of the work, such as {@code teacher batch} */
    public WorkSpans(String name) {
        this.name = name;
    }

    /** Adds a record; whatever its headers are copied to then belongs to this work. */
    public void join(Headers headers) {
        var unused = joined(headers);
    }

    /** As {@link #join(Headers)}; the record's span, if it has one, is current on this thread until the scope is closed. */
    @SuppressWarnings("MustBeClosedChecker") // the caller does
    public Scope joinAsCurrent(Headers headers) {
        Span span = joined(headers);
        return span == null ? Scope.noop() : span.makeCurrent();
    }

    /** Makes the first span, if there is one, current on this thread until the work is over. */
    @SuppressWarnings("MustBeClosedChecker") // by close
    public void makeCurrent() {
        current.close();
        current = first == null ? Scope.noop() : first.makeCurrent();
    }

    private @Nullable Span joined(Headers headers) {
        SpanContext trace = TraceHeaders.sampled(headers);
        Span span = trace == null ? null : join(trace);
        if (span != null) {
            TraceHeaders.put(headers, span.getSpanContext());
        }
        return span;
    }

    /** Adds a record of a sampled trace; returns its span, or null when there are too many traces. */
    public @Nullable Span join(SpanContext trace) {
        Work work = byTrace.get(trace.getTraceId());
        if (work == null) {
            if (byTrace.size() == MOST) {
                return null;
            }
            work = new Work(begin(trace));
            byTrace.put(trace.getTraceId(), work);
        }
        work.records++;
        return work.span;
    }

    private Span begin(SpanContext trace) {
        SpanBuilder builder = GlobalOpenTelemetry.getTracer(SCOPE)
                .spanBuilder(name)
                .setSpanKind(SpanKind.CONSUMER)
                .setParent(Context.root().with(Span.wrap(trace)));
        if (first != null) {
            builder.addLink(first.getSpanContext());
        }
        Span span = builder.startSpan();
        if (first == null) {
            first = span;
        }
        return span;
    }

    /** Whether a record has joined that is traced. */
    public boolean isOpen() {
        return first != null;
    }

    /** The work failed and will be done again. */
    public void failed(Throwable cause) {
        byTrace.values().forEach(work -> work.span.setStatus(StatusCode.ERROR, cause.toString()));
    }

    /** Ends the work; new work can begin afterwards. */
    @Override
    public void close() {
        current.close();
        current = Scope.noop();
        byTrace.values().forEach(work -> {
            work.span.setAttribute(COUNT, work.records);
            work.span.end();
        });
        byTrace.clear();
        first = null;
    }
}
