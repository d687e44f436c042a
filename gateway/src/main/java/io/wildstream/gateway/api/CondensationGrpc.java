// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.wildstream.contracts.v1.CancelCondensationRequest;
import io.wildstream.contracts.v1.Condensation;
import io.wildstream.contracts.v1.CondensationServiceGrpc;
import io.wildstream.contracts.v1.CreateCondensationRequest;
import io.wildstream.contracts.v1.GetCondensationRequest;
import io.wildstream.contracts.v1.ListCondensationsRequest;
import io.wildstream.contracts.v1.ListCondensationsResponse;
import io.wildstream.gateway.control.Condensations;

/** {@code CondensationService} over gRPC. */
@GrpcService
class CondensationGrpc extends CondensationServiceGrpc.CondensationServiceImplBase {

    private final Condensations condensations;
    private final Commands commands;

    CondensationGrpc(Condensations condensations, Commands commands) {
        this.condensations = condensations;
        this.commands = commands;
    }

    @Override
    public void createCondensation(CreateCondensationRequest request, StreamObserver<Condensation> client) {
        commands.answer(client, () -> condensations.create(request));
    }

    @Override
    public void getCondensation(GetCondensationRequest request, StreamObserver<Condensation> client) {
        commands.read(client, () -> condensations.get(request.getName()));
    }

    @Override
    public void listCondensations(ListCondensationsRequest request, StreamObserver<ListCondensationsResponse> client) {
        commands.read(
                client,
                () -> ListCondensationsResponse.newBuilder()
                        .addAllCondensations(condensations.list())
                        .build());
    }

    @Override
    public void cancelCondensation(CancelCondensationRequest request, StreamObserver<Condensation> client) {
        commands.answer(client, () -> condensations.cancel(request.getName()));
    }
}
