// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.wildstream.contracts.v1.CurriculumServiceGrpc;
import io.wildstream.contracts.v1.ListCurriculaRequest;
import io.wildstream.contracts.v1.ListCurriculaResponse;
import io.wildstream.contracts.v1.UpdateSelectionPolicyRequest;
import io.wildstream.contracts.v1.UpdateSelectionPolicyResponse;
import io.wildstream.gateway.control.Curricula;
import io.wildstream.gateway.watch.PipelineView;

/** {@code CurriculumService} over gRPC. */
@GrpcService
class CurriculumGrpc extends CurriculumServiceGrpc.CurriculumServiceImplBase {

    private final PipelineView view;
    private final Curricula curricula;
    private final Commands commands;

    CurriculumGrpc(PipelineView view, Curricula curricula, Commands commands) {
        this.view = view;
        this.curricula = curricula;
        this.commands = commands;
    }

    @Override
    public void listCurricula(ListCurriculaRequest request, StreamObserver<ListCurriculaResponse> client) {
        commands.read(
                client,
                () -> ListCurriculaResponse.newBuilder()
                        .addAllCurricula(view.curricula())
                        .build());
    }

    @Override
    public void updateSelectionPolicy(
            UpdateSelectionPolicyRequest request, StreamObserver<UpdateSelectionPolicyResponse> client) {
        commands.answer(client, () -> curricula.update(request));
    }
}
