// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.Condensation;
import io.wildstream.contracts.v1.CondensationServiceGrpc;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.CreateCondensationRequest;
import io.wildstream.contracts.v1.CreateStudentRequest;
import io.wildstream.contracts.v1.CurriculumServiceGrpc;
import io.wildstream.contracts.v1.EndStreamRequest;
import io.wildstream.contracts.v1.ExplainStudentRequest;
import io.wildstream.contracts.v1.GetCondensationRequest;
import io.wildstream.contracts.v1.GetPipelineStatusRequest;
import io.wildstream.contracts.v1.GetTeacherRequest;
import io.wildstream.contracts.v1.IngestServiceGrpc;
import io.wildstream.contracts.v1.ListCheckpointsRequest;
import io.wildstream.contracts.v1.ListCheckpointsResponse;
import io.wildstream.contracts.v1.ListStudentsRequest;
import io.wildstream.contracts.v1.PipelineServiceGrpc;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.RollbackStudentRequest;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.Student;
import io.wildstream.contracts.v1.StudentExplanation;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.Teacher;
import io.wildstream.contracts.v1.TeacherServiceGrpc;
import io.wildstream.contracts.v1.TeacherSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.UpdateSelectionPolicyRequest;
import io.wildstream.contracts.v1.UpdateTeacherRequest;
import io.wildstream.contracts.v1.UpdateTrainingSpecRequest;
import io.wildstream.contracts.v1.WatchPipelineStatusRequest;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls to a gateway. An error of the gateway becomes a {@link ClientException} with the gateway's message. */
public final class GatewayClient implements AutoCloseable {

    private static final int CALL_SECONDS = 60;
    private static final int POLL_MILLIS = 100;
    private static final int LONG_CALL_SECONDS = 600;

    private final ManagedChannel channel;

    private GatewayClient(ManagedChannel channel) {
        this.channel = channel;
    }

    /** A client of the gateway on a loopback port. */
    public static GatewayClient connect(int port) {
        return connect("127.0.0.1", port, null);
    }

    /**
     * A client of a gateway without TLS: through a forwarded port, or within a trusted network.
     *
     * @param token that the gateway wants; null for a gateway that listens on loopback only
     */
    public static GatewayClient connect(String host, int port, @Nullable String token) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(host, port).usePlaintext();
        if (token != null) {
            Metadata headers = new Metadata();
            headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
            builder.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
        }
        return new GatewayClient(builder.maxInboundMessageSize(16 << 20).build());
    }

    /** Creates a curriculum or changes its policy; returns whether all selectors apply it. */
    public boolean setPolicy(String curriculum, SelectionPolicy policy) {
        UpdateSelectionPolicyRequest request = UpdateSelectionPolicyRequest.newBuilder()
                .setCurriculum(curriculum)
                .setPolicy(policy)
                .build();
        return call(() -> CurriculumServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                .updateSelectionPolicy(request)
                .getObserved());
    }

    /**
     * Returns when so many selectors run the policies: a selector that does not yet would decide nothing for them.
     *
     * @throws ClientException when they do not within a minute
     */
    public void awaitPolicies(List<String> curricula, int selectors) throws InterruptedException {
        long begun = System.nanoTime();
        while (!curricula.stream().allMatch(name -> selectorsWith(name) >= selectors)) {
            if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(LONG_CALL_SECONDS)) {
                throw new ClientException("the selectors did not apply the policies of " + curricula + " within "
                        + LONG_CALL_SECONDS + " s; selector.log says why");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private long selectorsWith(String curriculum) {
        return status().getInstancesList().stream()
                .filter(instance -> instance.getService() == ServiceKind.SERVICE_KIND_SELECTOR)
                .filter(instance -> instance.getObservedGenerationsOrDefault(ControlKeys.curriculum(curriculum), 0) > 0)
                .count();
    }

    /** The requested teacher, and the one that each instance uses. */
    public Teacher teacher() {
        return call(() -> TeacherServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                .getTeacher(GetTeacherRequest.getDefaultInstance()));
    }

    /** Sets the teacher; the answer says how many instances use it. */
    public Teacher setTeacher(TeacherSpec spec) {
        UpdateTeacherRequest request =
                UpdateTeacherRequest.newBuilder().setSpec(spec).build();
        return call(() -> TeacherServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(LONG_CALL_SECONDS, TimeUnit.SECONDS)
                .updateTeacher(request));
    }

    /** Creates a student; the answer contains its resolved spec. */
    public Student createStudent(String student, String curriculum, TrainingSpec spec) {
        CreateStudentRequest request = CreateStudentRequest.newBuilder()
                .setStudent(student)
                .setCurriculum(curriculum)
                .setSpec(spec)
                .build();
        return call(() -> studentService().createStudent(request));
    }

    /** Changes what a student learns from here on; the answer contains the resolved spec. */
    public Student updateTrainingSpec(String student, TrainingSpec spec) {
        UpdateTrainingSpecRequest request = UpdateTrainingSpecRequest.newBuilder()
                .setStudent(student)
                .setSpec(spec)
                .build();
        return call(() -> studentService().updateTrainingSpec(request));
    }

    /** All students. */
    public List<Student> students() {
        return call(() -> studentService()
                .listStudents(ListStudentsRequest.getDefaultInstance())
                .getStudentsList());
    }

    /** Asks a condenser for a condensation; the answer contains its resolved spec. */
    public Condensation condense(String name, CondensationSpec spec) {
        CreateCondensationRequest request = CreateCondensationRequest.newBuilder()
                .setName(name)
                .setSpec(spec)
                .build();
        return call(() -> condensationService().createCondensation(request));
    }

    /** A condensation as it is now. */
    public Condensation condensation(String name) {
        GetCondensationRequest request =
                GetCondensationRequest.newBuilder().setName(name).build();
        return call(() -> condensationService().getCondensation(request));
    }

    private CondensationServiceGrpc.CondensationServiceBlockingStub condensationService() {
        return CondensationServiceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    private StudentServiceGrpc.StudentServiceBlockingStub studentService() {
        return StudentServiceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    /** All committed checkpoints of a student, oldest first. */
    public ListCheckpointsResponse checkpoints(String student) {
        ListCheckpointsRequest request =
                ListCheckpointsRequest.newBuilder().setStudent(student).build();
        return call(() -> studentService().listCheckpoints(request));
    }

    /** Takes a student back; the answer is the checkpoint that it continues from. */
    public CheckpointManifest rollBack(RollbackStudentRequest request) {
        return call(() -> studentService().rollbackStudent(request));
    }

    /** What made a student what it is. */
    public StudentExplanation explain(ExplainStudentRequest request) {
        return call(() -> StudentServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(LONG_CALL_SECONDS, TimeUnit.SECONDS)
                .explainStudent(request));
    }

    /**
     * Declares the end of the stream.
     *
     * @throws StatusRuntimeException when the gateway does not confirm it; declaring it twice does no harm
     */
    int endStream() {
        return IngestServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                .endStream(EndStreamRequest.newBuilder().setConfirm(true).build())
                .getPartitions();
    }

    /** The status now. */
    public PipelineStatus status() {
        return call(() -> PipelineServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                .getPipelineStatus(GetPipelineStatusRequest.getDefaultInstance()));
    }

    /** The status now and at each interval, without end; {@code next} throws when the gateway goes away. */
    public Iterator<PipelineStatus> watch(int intervalMillis) {
        WatchPipelineStatusRequest request = WatchPipelineStatusRequest.newBuilder()
                .setIntervalMillis(intervalMillis)
                .build();
        return PipelineServiceGrpc.newBlockingStub(channel).watchPipelineStatus(request);
    }

    IngestServiceGrpc.IngestServiceStub ingest() {
        return IngestServiceGrpc.newStub(channel);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            throw failure(e.getStatus(), e);
        }
    }

    /** Whether a call that ended so may be made again: what it asked for was not wrong, but it had no answer, or not now. */
    static boolean mayRepeat(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, UNKNOWN, INTERNAL, CANCELLED, ABORTED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED -> true;
            default -> false;
        };
    }

    /** Tries to connect now, not after the pause that follows a failure. */
    void connectNow() {
        channel.resetConnectBackoff();
    }

    static ClientException failure(Status status, Throwable cause) {
        String detail = status.getDescription();
        String text = detail == null ? status.getCode().name() : status.getCode() + ": " + detail;
        return new ClientException("the gateway answered " + text, cause);
    }
}
