// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.wildstream.contracts.v1.GetTeacherRequest;
import io.wildstream.contracts.v1.Teacher;
import io.wildstream.contracts.v1.TeacherServiceGrpc;
import io.wildstream.contracts.v1.UpdateTeacherRequest;
import io.wildstream.gateway.control.Teachers;

/** {@code TeacherService} over gRPC. */
@GrpcService
class TeacherGrpc extends TeacherServiceGrpc.TeacherServiceImplBase {

    private final Teachers teachers;
    private final Commands commands;

    TeacherGrpc(Teachers teachers, Commands commands) {
        this.teachers = teachers;
        this.commands = commands;
    }

    @Override
    public void getTeacher(GetTeacherRequest request, StreamObserver<Teacher> client) {
        commands.read(client, teachers::get);
    }

    @Override
    public void updateTeacher(UpdateTeacherRequest request, StreamObserver<Teacher> client) {
        commands.complete(client, () -> teachers.update(request));
    }
}
