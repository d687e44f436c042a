// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.admission;

import io.grpc.StatusRuntimeException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.http.impl.HttpServerRequestWrapper;
import io.wildstream.gateway.ingest.Budget;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The request of a gRPC call, whose messages take room from the {@link Budget} before they are read: the length stands before each of
 * them. Where there is no room, a stream of samples is not read further, so that flow control slows its client, and any other call is
 * refused. A message that was begun must arrive in time, and so must the end of a call that sends one message, so that a slow client cannot
 * keep the room of others.
 *
 * <p>Only for the event loop of its connection, but for {@link #ended}.
 */
final class MeteredRequest extends HttpServerRequestWrapper {

    /** What all requests share. */
    record Limits(Budget budget, int largestMessage, Alarm alarm, Refusals refusals) {}

    /** Which call it is. */
    enum Kind {
        /** A stream of samples, which waits for room. */
        SAMPLES,
        /** A check of the health, which needs no token and has a short message. */
        HEALTH,
        /** Any other call. */
        OTHER
    }

    /** Rings when what a client owes is late. */
    interface Alarm {

        /** Runs a task on this event loop once a message has had its time; returns what cancels that. */
        Runnable set(Vertx vertx, Runnable late);
    }

    /** How a call is refused; set as soon as the call has begun. */
    interface Call {

        /** Ends the call with an error. */
        void refuse(StatusRuntimeException error);
    }

    private static final int PREFIX = 5;
    /** The name of a service, with room for fields of versions to come. */
    private static final int LARGEST_HEALTH_CHECK = 1 << 10;
    /** More than flow control lets a client send to a stream that is not read. */
    private static final int LARGEST_HELD = 1 << 20;

    private final Limits limits;
    private final Kind kind;

    private final Runnable room = () -> context().runOnContext(unused -> proceed());
    /** Sizes of the messages that have begun to arrive and were not handed over, the oldest first. */
    private final Deque<Long> begun = new ArrayDeque<>();

    private Handler<Buffer> reader = chunk -> {};
    private @Nullable Call call;
    private long length;
    private int prefixBytes;
    /** Bytes of the present message that have not arrived. */
    private long missing;
    /** What has arrived of a message that comes in several pieces. */
    private @Nullable Buffer message;
    /** Bytes that have arrived and wait for room. */
    private @Nullable Buffer held;

    private long unclaimed;
    /** Whether no message has begun to arrive. */
    private boolean silent = true;

    private boolean pausedByReader;
    private boolean over;
    /** Cancels the alarm that is set; null when none is. */
    private @Nullable Runnable alarm;

    MeteredRequest(HttpServerRequestInternal request, Limits limits, Kind kind) {
        super(request);
        this.limits = limits;
        this.kind = kind;
    }

    /** The call of this request has begun, and can be refused so. */
    void begun(Call started) {
        call = started;
        watchTheClock();
    }

    /** The oldest message was handed over to the call: whoever keeps it has taken room for it. */
    void handedOver() {
        Long size = begun.poll();
        if (size != null) {
            giveBack(size);
            if (held != null) {
                room.run(); // not here: the reader is in the middle of what it was given
            }
        }
    }

    /** The request is over. On any thread: a call is over where it is answered. */
    void ended() {
        context().runOnContext(unused -> giveAllBack());
    }

    /** Gives everything back that was not handed over, and drops what still comes. */
    private void giveAllBack() {
        over = true;
        held = null;
        message = null;
        limits.budget().forget(room);
        begun.clear();
        giveBack(unclaimed);
        cancelAlarm();
        resumeDelegate();
    }

    @Override
    public HttpServerRequest handler(@Nullable Handler<Buffer> handler) {
        reader = handler == null ? chunk -> {} : handler;
        delegate.handler(handler == null ? null : this::arrived);
        return this;
    }

    @Override
    public HttpServerRequest pause() {
        pausedByReader = true;
        delegate.pause();
        return this;
    }

    @Override
    public HttpServerRequest resume() {
        if (pausedByReader) {
            pausedByReader = false;
            cancelAlarm(); // the time of the pause was not the client's
            watchTheClock();
        }
        if (held == null) {
            resumeDelegate();
        }
        return this;
    }

    private void arrived(Buffer chunk) {
        if (over) {
            return;
        }
        Buffer waiting = held;
        if (waiting != null) {
            waiting.appendBuffer(chunk);
            if (waiting.length() > LARGEST_HELD) {
                delegate.connection().close(); // it does not heed flow control
            }
            return;
        }
        read(chunk);
        watchTheClock();
    }

    /**
     * Passes on what may be read: all up to the end of the first length for whose message there is no room. A message that comes in
     * several pieces is passed on whole, since the reader would copy what it has at each piece.
     */
    private void read(Buffer chunk) {
        int from = 0;
        int at = 0;
        while (at < chunk.length() && !over) {
            if (missing > 0) {
                int more = (int) Math.min(missing, chunk.length() - at);
                missing -= more;
                at += more;
                from = collect(chunk, from, at);
            } else if (prefixBytes < PREFIX - 1) {
                // The first byte says whether the message is compressed.
                length = prefixBytes == 0 ? 0 : length << Byte.SIZE | chunk.getByte(at) & 0xff;
                prefixBytes++;
                at++;
            } else {
                long size = length << Byte.SIZE | chunk.getByte(at) & 0xff;
                if (kind == Kind.HEALTH && size > LARGEST_HEALTH_CHECK) {
                    refuse(limits.refusals().large(LARGEST_HEALTH_CHECK));
                    return;
                }
                if (!take(size)) {
                    pass(chunk, from, at);
                    hold(chunk.getBuffer(at, chunk.length()));
                    return;
                }
                at++;
                from = begin(size, chunk, from, at);
            }
        }
        pass(chunk, from, chunk.length());
    }

    /** Begins a message, whose length ends at a place of a chunk; returns from where on the chunk is still to be passed on. */
    private int begin(long size, Buffer chunk, int from, int at) {
        prefixBytes = 0;
        missing = size;
        silent = false;
        cancelAlarm(); // each message has a time of its own
        if (size <= chunk.length() - at || size > limits.largestMessage()) {
            return from;
        }
        int start = Math.max(from, at - PREFIX);
        pass(chunk, from, start); // those before it are whole, and need not wait for it
        message = Buffer.buffer((int) size + at - start);
        return collect(chunk, start, at);
    }

    /** Adds a piece to a message that is collected, and passes that on when it is whole; returns where the next piece begins. */
    private int collect(Buffer chunk, int from, int to) {
        Buffer collected = message;
        if (collected == null) {
            return from;
        }
        collected.appendBuffer(chunk, from, to - from);
        if (missing == 0) {
            message = null;
            reader.handle(collected);
        }
        return to;
    }

    private void pass(Buffer chunk, int from, int to) {
        if (from < to && !over) {
            reader.handle(from == 0 && to == chunk.length() ? chunk : chunk.getBuffer(from, to));
        }
    }

    /** Takes room for a message; one that is too large is dropped while it is read, and needs none. */
    private boolean take(long size) {
        if (size > limits.largestMessage()) {
            return true;
        }
        boolean fits = unclaimed == 0 || unclaimed + size <= limits.largestMessage();
        if (waits()
                ? !fits || !limits.budget().tryTake(size, room)
                : !limits.budget().tryTake(size, false)) {
            return false;
        }
        begun.add(size);
        unclaimed += size;
        return true;
    }

    private void hold(Buffer rest) {
        if (waits()) {
            held = rest;
            delegate.pause();
        } else {
            refuse(limits.refusals().memory());
        }
    }

    /** Reads what waits for room, as far as there is some. */
    private void proceed() {
        Buffer waiting = held;
        if (waiting == null || over) {
            return;
        }
        held = null;
        arrived(waiting);
        if (held == null && !pausedByReader) {
            resumeDelegate();
        }
    }

    private void refuse(StatusRuntimeException error) {
        over = true;
        Call open = call;
        if (open != null) {
            open.refuse(error);
        }
        giveAllBack();
    }

    /** A request that has ended cannot be resumed. */
    private void resumeDelegate() {
        if (!delegate.isEnded()) {
            delegate.resume();
        }
    }

    private void giveBack(long bytes) {
        unclaimed -= bytes;
        if (bytes > 0) {
            limits.budget().release(bytes);
        }
    }

    /** Whether it waits for room; others are refused. */
    private boolean waits() {
        return kind == Kind.SAMPLES;
    }

    /** Whether it is the client's turn: a message is not whole, or a call that keeps its message until its end has not ended. */
    private boolean owes() {
        return missing > 0 || (!waits() && !delegate.isEnded() && (silent || !begun.isEmpty()));
    }

    private void watchTheClock() {
        if (!owes()) {
            cancelAlarm();
        } else if (alarm == null && !over) {
            alarm = limits.alarm().set(context().owner(), this::late);
        }
    }

    private void late() {
        alarm = null;
        // One who is made to wait owes nothing; the alarm is set again when it is read again.
        if (!pausedByReader && held == null && owes() && !over) {
            refuse(limits.refusals().slow());
        }
    }

    private void cancelAlarm() {
        Runnable set = alarm;
        if (set != null) {
            set.run();
            alarm = null;
        }
    }

    /** What a call is refused with, counted. */
    interface Refusals {

        /** There is no room. */
        StatusRuntimeException memory();

        /** A message, or the end of a call that sends one, did not arrive in time. */
        StatusRuntimeException slow();

        /** A message is larger than the kind of call needs. */
        StatusRuntimeException large(int most);
    }
}
