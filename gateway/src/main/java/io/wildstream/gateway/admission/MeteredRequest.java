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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The request of a gRPC call, whose messages take room from the {@link Budget} before they are read: the length stands before each of
 * them. Where there is no room, a stream of samples is not read further, so that flow control slows its client, and any other call is
 * refused. A message that was begun must arrive in time, so that a slow client cannot keep the room of others.
 *
 * <p>Only for the event loop of its connection.
 */
final class MeteredRequest extends HttpServerRequestWrapper {

    /** What all requests share. */
    record Limits(Budget budget, int largestMessage, Duration receiveTimeout, Refusals refusals) {}

    /** How a call is refused; set as soon as the call has begun. */
    interface Call {

        /** Ends the call with an error. */
        void refuse(StatusRuntimeException error);
    }

    private static final int PREFIX = 5;
    /** More than flow control lets a client send to a stream that is not read. */
    private static final int LARGEST_HELD = 1 << 20;

    private final Limits limits;
    /** Whether it waits for room, as a stream of samples does. */
    private final boolean waits;

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
    private boolean pausedByReader;
    private boolean over;
    private long timer = -1;

    MeteredRequest(HttpServerRequestInternal request, Limits limits, boolean waits) {
        super(request);
        this.limits = limits;
        this.waits = waits;
    }

    /** The call of this request has begun, and can be refused so. */
    void begun(Call started) {
        call = started;
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

    /** The request is over: gives everything back that was not handed over, and drops what still comes. */
    void giveAllBack() {
        over = true;
        held = null;
        message = null;
        limits.budget().forget(room);
        begun.clear();
        giveBack(unclaimed);
        cancelTimer();
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
        pausedByReader = false;
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
                if (!take(size)) {
                    pass(chunk, from, at);
                    hold(chunk.getBuffer(at, chunk.length()));
                    return;
                }
                prefixBytes = 0;
                missing = size;
                at++;
                if (size > chunk.length() - at && size <= limits.largestMessage()) {
                    message = Buffer.buffer((int) size + at - from);
                    from = collect(chunk, from, at);
                }
            }
        }
        pass(chunk, from, chunk.length());
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
        if (waits
                ? !fits || !limits.budget().tryTake(size, room)
                : !limits.budget().tryTake(size, false)) {
            return false;
        }
        begun.add(size);
        unclaimed += size;
        return true;
    }

    private void hold(Buffer rest) {
        if (waits) {
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

    private void watchTheClock() {
        if (missing == 0) {
            cancelTimer();
        } else if (timer < 0 && !over) {
            timer = vertx().setTimer(limits.receiveTimeout().toMillis(), unused -> late());
        }
    }

    private void late() {
        timer = -1;
        if (pausedByReader || held != null) {
            watchTheClock();
        } else if (missing > 0 && !over) {
            refuse(limits.refusals().slow());
        }
    }

    private void cancelTimer() {
        if (timer >= 0) {
            vertx().cancelTimer(timer);
            timer = -1;
        }
    }

    private Vertx vertx() {
        return context().owner();
    }

    /** What a call is refused with, counted. */
    interface Refusals {

        /** There is no room. */
        StatusRuntimeException memory();

        /** A message did not arrive in time. */
        StatusRuntimeException slow();
    }
}
