// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.wildstream.contracts.v1.GetPipelineStatusRequest;
import io.wildstream.contracts.v1.PipelineServiceGrpc;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.WatchPipelineStatusRequest;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.watch.PipelineView;
import io.wildstream.gateway.watch.Watches;

/** {@code PipelineService} over gRPC. */
@GrpcService
class PipelineGrpc extends PipelineServiceGrpc.PipelineServiceImplBase {

    private final PipelineView view;
    private final Watches watches;
    private final Commands commands;

    PipelineGrpc(PipelineView view, Watches watches, Commands commands) {
        this.view = view;
        this.watches = watches;
        this.commands = commands;
    }

    @Override
    public void getPipelineStatus(GetPipelineStatusRequest request, StreamObserver<PipelineStatus> client) {
        commands.read(client, view::status);
    }

    @Override
    public void watchPipelineStatus(WatchPipelineStatusRequest request, StreamObserver<PipelineStatus> client) {
        try {
            watches.watch(request.getIntervalMillis(), (ServerCallStreamObserver<PipelineStatus>) client);
        } catch (RuntimeException e) {
            client.onError(ApiErrors.of(e));
        }
    }
}
