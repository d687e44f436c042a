// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import com.google.protobuf.ByteString;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestServiceGrpc;
import io.wildstream.contracts.v1.Sample;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One ingest call that sends as fast as the server lets it, and keeps to the server's pace as a well-behaved client does. */
public final class Uploads implements ClientResponseObserver<IngestRequest, IngestResponse> {

    private final Iterator<IngestRequest> requests;
    private final CompletableFuture<IngestResponse> answer = new CompletableFuture<>();
    private final AtomicLong sent = new AtomicLong();
    private final boolean endless;
    private volatile ClientCallStreamObserver<IngestRequest> stream;

    private Uploads(Iterator<IngestRequest> requests, boolean endless) {
        this.requests = requests;
        this.endless = endless;
    }

    /** Starts a call that sends all samples and ends. */
    public static Uploads start(Door door, Iterator<Sample> samples) {
        return start(door, samples, false, false);
    }

    /** Starts a call that sends all samples, asks for deduplication and ends. */
    public static Uploads startOnce(Door door, Iterator<Sample> samples) {
        return start(door, samples, false, true);
    }

    /** Starts a call that sends all samples and stays open. */
    public static Uploads startOpen(Door door, Iterator<Sample> samples) {
        return start(door, samples, true, false);
    }

    private static Uploads start(Door door, Iterator<Sample> samples, boolean endless, boolean deduplicate) {
        Iterator<IngestRequest> requests = new Iterator<>() {
            private boolean first = true;

            @Override
            public boolean hasNext() {
                return samples.hasNext();
            }

            @Override
            public IngestRequest next() {
                IngestRequest request = IngestRequest.newBuilder()
                        .setSample(samples.next())
                        .setDeduplicate(first && deduplicate)
                        .build();
                first = false;
                return request;
            }
        };
        Uploads uploads = new Uploads(requests, endless);
        IngestServiceGrpc.newStub(door.channel()).ingest(uploads);
        return uploads;
    }

    /** Sends some samples and waits for the answer. */
    public static IngestResponse send(Door door, List<Sample> samples) {
        return start(door, samples.iterator()).await();
    }

    /** Sends some samples in a call that asks for deduplication, and waits for the answer. */
    public static IngestResponse sendOnce(Door door, List<Sample> samples) {
        return startOnce(door, samples.iterator()).await();
    }

    /** A PNG-typed sample of so many random bytes. */
    public static Sample sample(String id, int bytes) {
        byte[] payload = new byte[bytes];
        new Random(id.hashCode()).nextBytes(payload);
        return Sample.newBuilder()
                .setId(id)
                .setSource("test")
                .setContentType("image/png")
                .setPayload(ByteString.copyFrom(payload))
                .build();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<IngestRequest> call) {
        stream = call;
        call.setOnReadyHandler(() -> {
            while (call.isReady() && requests.hasNext()) {
                call.onNext(requests.next());
                sent.incrementAndGet();
                if (!requests.hasNext() && !endless) {
                    call.onCompleted();
                }
            }
        });
    }

    @Override
    public void onNext(IngestResponse response) {
        answer.complete(response);
    }

    @Override
    public void onError(Throwable error) {
        answer.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {
        answer.completeExceptionally(new IllegalStateException("no answer"));
    }

    /** How many samples the server's pace has let through. */
    public long sent() {
        return sent.get();
    }

    public void cancel() {
        stream.cancel("test", null);
    }

    public CompletableFuture<IngestResponse> answer() {
        return answer;
    }

    public IngestResponse await() {
        try {
            return answer.get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
