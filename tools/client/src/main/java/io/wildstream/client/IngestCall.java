// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestServiceGrpc.IngestServiceStub;
import io.wildstream.contracts.v1.Sample;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One call of {@code Ingest}: hands samples over when the transport has room for them. Good for one use. */
final class IngestCall implements ClientResponseObserver<IngestRequest, IngestResponse> {

    private static final long ANSWER_SECONDS = 120;

    /** The gateway went away or took too long: whether the samples were stored is unknown. */
    static final class Unanswered extends Exception {
        private static final long serialVersionUID = 1L;

        Unanswered(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The gateway has taken the first samples of the call and has no room for more now. */
    static final class Overloaded extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient IngestResponse counts;

        Overloaded(IngestResponse counts, Throwable cause) {
            super(cause.getMessage(), cause);
            this.counts = counts;
        }

        /** What became of those that it has taken. */
        IngestResponse counts() {
            return counts;
        }
    }

    private final IngestServiceStub stub;
    private final boolean deduplicate;
    private final CompletableFuture<IngestResponse> answer = new CompletableFuture<>();
    private @Nullable ClientCallStreamObserver<IngestRequest> stream;

    /**
     * A call.
     *
     * @param deduplicate whether samples whose ids such calls have stored are left out
     */
    IngestCall(IngestServiceStub stub, boolean deduplicate) {
        this.stub = stub;
        this.deduplicate = deduplicate;
    }

    /** Sends samples, each when it is due, and waits for the answer. */
    IngestResponse send(List<Sample> samples, Pace pace) throws InterruptedException, Unanswered, Overloaded {
        stub.ingest(this);
        ClientCallStreamObserver<IngestRequest> requests = stream;
        if (requests == null) {
            throw new IllegalStateException("the call was not started");
        }
        for (int i = 0; i < samples.size(); i++) {
            pace.await();
            if (!awaitRoom(requests)) {
                break;
            }
            requests.onNext(IngestRequest.newBuilder()
                    .setSample(samples.get(i))
                    .setDeduplicate(deduplicate)
                    .build());
        }
        if (!answer.isDone()) {
            requests.onCompleted();
        }
        return awaitAnswer(requests);
    }

    /** False when the call ended before its time. */
    private synchronized boolean awaitRoom(ClientCallStreamObserver<IngestRequest> requests)
            throws InterruptedException {
        while (!requests.isReady() && !answer.isDone()) {
            wait(100);
        }
        return !answer.isDone();
    }

    private IngestResponse awaitAnswer(ClientCallStreamObserver<IngestRequest> requests)
            throws InterruptedException, Unanswered, Overloaded {
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Status status = Status.fromThrowable(e);
            IngestResponse counts = counts(e.getCause());
            if (counts != null) {
                throw new Overloaded(counts, e);
            }
            if (GatewayClient.mayRepeat(status)) {
                throw new Unanswered(status.getCode() + ": " + status.getDescription(), e);
            }
            throw GatewayClient.failure(status, e);
        } catch (TimeoutException e) {
            requests.cancel("no answer", e);
            throw new Unanswered("no answer within " + ANSWER_SECONDS + " s", e);
        }
    }

    private static @Nullable IngestResponse counts(@Nullable Throwable failure) {
        com.google.rpc.Status status = failure == null ? null : StatusProto.fromThrowable(failure);
        if (status == null || status.getCode() != Code.RESOURCE_EXHAUSTED_VALUE) {
            return null;
        }
        try {
            for (Any detail : status.getDetailsList()) {
                if (detail.is(IngestResponse.class)) {
                    return detail.unpack(IngestResponse.class);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
        return null;
    }

    private synchronized void wake() {
        notifyAll();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<IngestRequest> requests) {
        stream = requests;
        requests.setOnReadyHandler(this::wake);
    }

    @Override
    public void onNext(IngestResponse response) {
        answer.complete(response);
    }

    @Override
    public void onError(Throwable error) {
        answer.completeExceptionally(error);
        wake();
    }

    @Override
    public void onCompleted() {
        answer.completeExceptionally(new StatusRuntimeException(Status.INTERNAL.withDescription("no answer")));
        wake();
    }
}
