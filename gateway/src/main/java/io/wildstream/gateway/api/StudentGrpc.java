// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CheckpointStudentRequest;
import io.wildstream.contracts.v1.CreateStudentRequest;
import io.wildstream.contracts.v1.ExplainStudentRequest;
import io.wildstream.contracts.v1.GetStudentRequest;
import io.wildstream.contracts.v1.ListCheckpointsRequest;
import io.wildstream.contracts.v1.ListCheckpointsResponse;
import io.wildstream.contracts.v1.ListStudentsRequest;
import io.wildstream.contracts.v1.ListStudentsResponse;
import io.wildstream.contracts.v1.PauseStudentRequest;
import io.wildstream.contracts.v1.ResumeStudentRequest;
import io.wildstream.contracts.v1.RollbackStudentRequest;
import io.wildstream.contracts.v1.Student;
import io.wildstream.contracts.v1.StudentExplanation;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.UpdateTrainingSpecRequest;
import io.wildstream.gateway.control.StudentHistory;
import io.wildstream.gateway.control.Students;

/** {@code StudentService} over gRPC. */
@GrpcService
class StudentGrpc extends StudentServiceGrpc.StudentServiceImplBase {

    private final Students students;
    private final StudentHistory history;
    private final Commands commands;

    StudentGrpc(Students students, StudentHistory history, Commands commands) {
        this.students = students;
        this.history = history;
        this.commands = commands;
    }

    @Override
    public void createStudent(CreateStudentRequest request, StreamObserver<Student> client) {
        commands.answer(client, () -> students.create(request));
    }

    @Override
    public void listStudents(ListStudentsRequest request, StreamObserver<ListStudentsResponse> client) {
        commands.read(
                client,
                () -> ListStudentsResponse.newBuilder()
                        .addAllStudents(students.list())
                        .build());
    }

    @Override
    public void getStudent(GetStudentRequest request, StreamObserver<Student> client) {
        commands.read(client, () -> students.get(request.getStudent()));
    }

    @Override
    public void pauseStudent(PauseStudentRequest request, StreamObserver<Student> client) {
        commands.answer(client, () -> students.setPaused(request.getStudent(), true));
    }

    @Override
    public void resumeStudent(ResumeStudentRequest request, StreamObserver<Student> client) {
        commands.answer(client, () -> students.setPaused(request.getStudent(), false));
    }

    @Override
    public void checkpointStudent(CheckpointStudentRequest request, StreamObserver<CheckpointManifest> client) {
        commands.answer(client, () -> students.checkpoint(request.getStudent()));
    }

    @Override
    public void updateTrainingSpec(UpdateTrainingSpecRequest request, StreamObserver<Student> client) {
        commands.answer(client, () -> students.update(request));
    }

    @Override
    public void listCheckpoints(ListCheckpointsRequest request, StreamObserver<ListCheckpointsResponse> client) {
        commands.readLog(client, () -> history.checkpoints(request.getStudent()));
    }

    @Override
    public void rollbackStudent(RollbackStudentRequest request, StreamObserver<CheckpointManifest> client) {
        commands.answer(client, () -> history.rollBack(request));
    }

    @Override
    public void explainStudent(ExplainStudentRequest request, StreamObserver<StudentExplanation> client) {
        commands.readLog(client, () -> history.explain(request));
    }
}
