// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.v1.CreateStudentRequest;
import io.wildstream.contracts.v1.GetPipelineStatusRequest;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineServiceGrpc;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.Student;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.WatchPipelineStatusRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GatewayClientTest {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final AtomicInteger watches = new AtomicInteger();
    private volatile Status failure = Status.OK;
    private Server server;
    private GatewayClient gateway;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Students())
                .addService(new Pipeline())
                .intercept(new Tokens())
                .build()
                .start();
        gateway = GatewayClient.connect(server.getPort());
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.shutdownNow();
    }

    @Test
    void createsAStudentAndReturnsTheAnswer() {
        // Given
        TrainingSpec spec = TrainingSpec.newBuilder().setSeed(7).build();

        // When
        Student student = gateway.createStudent("s", "dfnd", spec);

        // Then
        assertThat(student.getStudent()).isEqualTo("s");
        assertThat(student.getCurriculum()).isEqualTo("dfnd");
        assertThat(student.getSpec()).isEqualTo(spec);
        assertThat(tokens).containsExactly("none");
    }

    @Test
    void sendsItsToken() {
        // Given
        try (GatewayClient trusted = GatewayClient.connect("127.0.0.1", server.getPort(), "secret")) {
            // When
            trusted.status();
        }

        // Then
        assertThat(tokens).containsExactly("Bearer secret");
    }

    @Test
    void anErrorHasTheMessageOfTheGateway() {
        // Given
        failure = Status.ALREADY_EXISTS.withDescription("student s exists");

        // When // Then
        assertThatThrownBy(() -> gateway.createStudent("s", "dfnd", TrainingSpec.getDefaultInstance()))
                .isInstanceOf(ClientException.class)
                .hasMessage("the gateway answered ALREADY_EXISTS: student s exists");
    }

    @Test
    void anErrorWithoutAMessageHasItsCode() {
        // Given // When
        ClientException exception = GatewayClient.failure(Status.NOT_FOUND, new IllegalStateException());

        // Then
        assertThat(exception).hasMessage("the gateway answered NOT_FOUND");
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "UNAUTHENTICATED"})
    void aCallThatWasWrongIsNotRepeated(Status.Code code) {
        // Given // When // Then
        assertThat(GatewayClient.mayRepeat(code.toStatus())).isFalse();
    }

    @Test
    void waitsForThePoliciesOfAllSelectors() throws InterruptedException {
        // Given a pipeline whose second selector applies the policy with the third status
        // When
        gateway.awaitPolicies(List.of("dfnd"), 2);

        // Then
        assertThat(tokens).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void aWatchSurvivesTheEndOfItsStream() {
        // Given
        try (StatusWatch watch = new StatusWatch(gateway)) {
            // When
            await().atMost(Duration.ofSeconds(60)).until(() -> watches.get() >= 2);

            // Then
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(watch.newest()).isPresent());
        }
    }

    private final class Students extends StudentServiceGrpc.StudentServiceImplBase {
        @Override
        public void createStudent(CreateStudentRequest request, StreamObserver<Student> observer) {
            if (!failure.isOk()) {
                observer.onError(failure.asRuntimeException());
                return;
            }
            observer.onNext(Student.newBuilder()
                    .setStudent(request.getStudent())
                    .setCurriculum(request.getCurriculum())
                    .setSpec(request.getSpec())
                    .build());
            observer.onCompleted();
        }
    }

    private final class Pipeline extends PipelineServiceGrpc.PipelineServiceImplBase {
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public void getPipelineStatus(GetPipelineStatusRequest request, StreamObserver<PipelineStatus> observer) {
            int count = asked.incrementAndGet();
            observer.onNext(PipelineStatus.newBuilder()
                    .addInstances(selector(1))
                    .addInstances(selector(count < 3 ? 0 : 1))
                    .build());
            observer.onCompleted();
        }

        @Override
        public void watchPipelineStatus(WatchPipelineStatusRequest request, StreamObserver<PipelineStatus> observer) {
            watches.incrementAndGet();
            observer.onNext(PipelineStatus.getDefaultInstance());
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
        }

        private static InstanceStatus selector(long generation) {
            return InstanceStatus.newBuilder()
                    .setService(ServiceKind.SERVICE_KIND_SELECTOR)
                    .putObservedGenerations(ControlKeys.curriculum("dfnd"), generation)
                    .build();
        }
    }

    private final class Tokens implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String token = headers.get(AUTHORIZATION);
            tokens.add(token == null ? "none" : token);
            return next.startCall(call, headers);
        }
    }
}
