// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.Home;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.ExplainStudentRequest;
import io.wildstream.contracts.v1.GetTeacherRequest;
import io.wildstream.contracts.v1.ListCheckpointsRequest;
import io.wildstream.contracts.v1.ListCheckpointsResponse;
import io.wildstream.contracts.v1.ListCheckpointsResponse.Checkpoint;
import io.wildstream.contracts.v1.RollbackStudentRequest;
import io.wildstream.contracts.v1.StudentExplanation;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.Teacher;
import io.wildstream.contracts.v1.TeacherServiceGrpc;
import io.wildstream.contracts.v1.UpdateTeacherRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gateway that knows one student, {@code dfnd}, and one teacher, and a home in which its cluster seems to run. */
public final class FakeGateway implements AutoCloseable {

    private final Server server;
    private final Home home;
    private final Home.Lock lock;
    private final List<Object> requests = new CopyOnWriteArrayList<>();

    /** Starts it. */
    public FakeGateway(Path directory) throws IOException {
        this.home = new Home(directory.resolve("home"));
        this.lock = home.lock();
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Students())
                .addService(new Teachers())
                .build()
                .start();
        new ClusterState(
                        "up",
                        ClusterState.ProcessId.of("launcher", ProcessHandle.current()),
                        true,
                        Map.of("gateway", server.getPort(), "broker", 1),
                        "wildstream",
                        "data",
                        List.of(),
                        List.of())
                .write(home.stateFile());
    }

    /** Executes a command line in the home. */
    public CommandRun run(String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--home=" + home.directory();
        return CommandRun.of(all);
    }

    /** What it was asked, in order. */
    public List<Object> requests() {
        return requests;
    }

    @Override
    public void close() {
        server.shutdownNow();
        lock.close();
    }

    private static CheckpointManifest manifest() {
        return CheckpointManifest.newBuilder()
                .setStudent("dfnd")
                .setCurriculum("dfnd")
                .setStep(1000)
                .setNextOffset(2000)
                .setWeightsSha256("ab".repeat(32))
                .build();
    }

    private final class Students extends StudentServiceGrpc.StudentServiceImplBase {
        @Override
        public void listCheckpoints(ListCheckpointsRequest request, StreamObserver<ListCheckpointsResponse> observer) {
            requests.add(request);
            if (!request.getStudent().equals("dfnd")) {
                observer.onError(Status.NOT_FOUND
                        .withDescription("student " + request.getStudent() + " is unknown")
                        .asRuntimeException());
                return;
            }
            answer(
                    observer,
                    ListCheckpointsResponse.newBuilder()
                            .addCheckpoints(Checkpoint.newBuilder()
                                    .setManifest(manifest())
                                    .setKept(true)
                                    .setSurviving(true))
                            .build());
        }

        @Override
        public void rollbackStudent(RollbackStudentRequest request, StreamObserver<CheckpointManifest> observer) {
            requests.add(request);
            answer(observer, manifest());
        }

        @Override
        public void explainStudent(ExplainStudentRequest request, StreamObserver<StudentExplanation> observer) {
            requests.add(request);
            answer(
                    observer,
                    StudentExplanation.newBuilder()
                            .setCheckpoint(manifest())
                            .setLearned(1990)
                            .build());
        }
    }

    private final class Teachers extends TeacherServiceGrpc.TeacherServiceImplBase {
        @Override
        public void getTeacher(GetTeacherRequest request, StreamObserver<Teacher> observer) {
            requests.add(request);
            answer(observer, Teacher.newBuilder().setGeneration(3).build());
        }

        @Override
        public void updateTeacher(UpdateTeacherRequest request, StreamObserver<Teacher> observer) {
            requests.add(request);
            answer(observer, Teacher.newBuilder().setSpec(request.getSpec()).build());
        }
    }

    private static <T> void answer(StreamObserver<T> observer, T answer) {
        observer.onNext(answer);
        observer.onCompleted();
    }
}
