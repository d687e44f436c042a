// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.wildstream.contracts.v1.EndStreamRequest;
import io.wildstream.contracts.v1.EndStreamResponse;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestServiceGrpc;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.access.AccessPolicy;
import io.wildstream.gateway.ingest.Ingest;

/** {@code IngestService} over gRPC. */
@GrpcService
class IngestGrpc extends IngestServiceGrpc.IngestServiceImplBase {

    private final Ingest ingest;
    private final Commands commands;

    IngestGrpc(Ingest ingest, Commands commands) {
        this.ingest = ingest;
        this.commands = commands;
    }

    @Override
    public StreamObserver<IngestRequest> ingest(StreamObserver<IngestResponse> client) {
        try {
            return ingest.stream((ServerCallStreamObserver<IngestResponse>) client, AccessPolicy.OUTPUT_SENDER.get());
        } catch (RuntimeException e) {
            client.onError(ApiErrors.of(e));
            return new Ignored<>();
        }
    }

    @Override
    public void endStream(EndStreamRequest request, StreamObserver<EndStreamResponse> client) {
        commands.answer(
                client,
                () -> EndStreamResponse.newBuilder()
                        .setPartitions(ingest.end(request))
                        .build());
    }

    /** Drops what a client still sends in a call that was refused at its start. */
    private static final class Ignored<T> implements StreamObserver<T> {
        @Override
        public void onNext(T value) {
            // The call has its response.
        }

        @Override
        public void onError(Throwable error) {
            // The call has its response.
        }

        @Override
        public void onCompleted() {
            // The call has its response.
        }
    }
}
