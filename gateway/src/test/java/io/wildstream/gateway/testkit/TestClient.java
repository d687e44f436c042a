// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The client of a server call that never leaves this thread: notes what the server requests and responds. */
public final class TestClient<T> extends ServerCallStreamObserver<T> {

    private final List<T> responses = new ArrayList<>();
    private int requested;
    private boolean completed;
    private boolean cancelled;
    private Throwable error;
    private Runnable onCancel = () -> {};

    /** Cancels the call. */
    public void cancel() {
        cancelled = true;
        onCancel.run();
    }

    /** Number of messages that the server has requested so far. */
    public int requested() {
        return requested;
    }

    public List<T> responses() {
        return responses;
    }

    /** The error that the call ended with. */
    public Throwable error() {
        return Objects.requireNonNull(error, "the call has not failed");
    }

    /** Whether the server has responded, with an error or without. */
    public boolean isEnded() {
        return completed || error != null;
    }

    @Override
    public void onNext(T value) {
        responses.add(value);
    }

    @Override
    public void onError(Throwable failure) {
        requireOpen();
        error = failure;
    }

    @Override
    public void onCompleted() {
        requireOpen();
        completed = true;
    }

    private void requireOpen() {
        if (isEnded()) {
            throw new IllegalStateException("the server responds twice");
        }
    }

    @Override
    public void request(int count) {
        requested += count;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
        onCancel = handler;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
        // It is always ready.
    }

    @Override
    public void disableAutoInboundFlowControl() {
        // It sends what the test says.
    }

    @Override
    public void disableAutoRequest() {
        // It sends what the test says.
    }

    @Override
    public void setMessageCompression(boolean enable) {
        // Nothing is sent.
    }

    @Override
    public void setCompression(String compression) {
        // Nothing is sent.
    }
}
