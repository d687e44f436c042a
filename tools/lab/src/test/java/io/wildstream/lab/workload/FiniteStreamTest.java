// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.wildstream.client.GatewayClient;
import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.EndStreamRequest;
import io.wildstream.contracts.v1.EndStreamResponse;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestServiceGrpc;
import io.wildstream.contracts.v1.PipelineServiceGrpc;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.contracts.v1.WatchPipelineStatusRequest;
import io.wildstream.lab.terminal.Heartbeat;
import io.wildstream.lab.terminal.Screen;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FiniteStreamTest {

    private static final int SAMPLES = 10;

    private final Screen screen = new Screen(new PrintWriter(new StringWriter()), false, 100);
    private final Pipeline pipeline = new Pipeline();
    private Server server;
    private GatewayClient gateway;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Ingest())
                .addService(pipeline)
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
    void endsWhenTheStudentOfThePlanIsFinishedWhateverOthersDo() throws InterruptedException {
        // Given
        pipeline.status = PipelineStatus.newBuilder()
                .addStudents(student("dfnd", StudentState.STUDENT_STATE_FINISHED))
                .addStudents(student("learning", StudentState.STUDENT_STATE_TRAINING))
                .addStudents(student("broken", StudentState.STUDENT_STATE_FAILED))
                .build();
        List<Boolean> seen = new ArrayList<>();

        // When
        FiniteStream.Outcome outcome = stream(Duration.ofMinutes(2)).run(samples(), (status, fed) -> seen.add(fed));

        // Then
        assertThat(outcome.status()).isEqualTo(pipeline.status);
        assertThat(outcome.feeder().accepted()).isEqualTo(SAMPLES);
        assertThat(seen).last().isEqualTo(true);
    }

    @Test
    void saysWhatIsWrongWithAStudentThatFailed() {
        // Given
        StudentStatus failed = student("dfnd", StudentState.STUDENT_STATE_FAILED);
        pipeline.status = PipelineStatus.newBuilder()
                .addStudents(failed)
                .addInstances(Heartbeat.trainer(1, failed).toBuilder().setProblem("the loss is NaN or infinite"))
                .build();

        // When // Then
        assertThatThrownBy(() -> stream(Duration.ofMinutes(2)).run(samples(), (status, fed) -> {}))
                .isInstanceOf(ClusterException.class)
                .hasMessage("student dfnd failed: the loss is NaN or infinite");
    }

    @Test
    void isGivenUpAfterItsTime() {
        // Given
        pipeline.status = PipelineStatus.newBuilder()
                .addStudents(student("dfnd", StudentState.STUDENT_STATE_TRAINING))
                .build();

        // When // Then
        assertThatThrownBy(() -> stream(Duration.ofMillis(1)).run(samples(), (status, fed) -> {}))
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith("the time limit of 0 s has passed; the last state: [0:0");
    }

    @Test
    void endsWhenTheObserverFails() {
        // Given
        FiniteStream.Observer observer = (status, fed) -> {
            throw new ClusterException("teacher died too often");
        };

        // When // Then
        assertThatThrownBy(() -> stream(Duration.ofMinutes(2)).run(samples(), observer))
                .hasMessage("teacher died too often");
    }

    private FiniteStream stream(Duration timeLimit) {
        return new FiniteStream(
                gateway, new FiniteStream.Plan(List.of("dfnd"), SAMPLES, Double.POSITIVE_INFINITY, timeLimit), screen);
    }

    private static Iterator<Sample> samples() {
        return IntStream.range(0, SAMPLES)
                .mapToObj(i -> Sample.newBuilder().setId("s" + i).build())
                .iterator();
    }

    private static StudentStatus student(String name, StudentState state) {
        return StudentStatus.newBuilder()
                .setStudent(name)
                .setState(state)
                .setStep(7)
                .setCheckpointStep(7)
                .build();
    }

    /** Stores every sample. */
    private static final class Ingest extends IngestServiceGrpc.IngestServiceImplBase {

        @Override
        public StreamObserver<IngestRequest> ingest(StreamObserver<IngestResponse> answer) {
            IngestResponse.Builder response = IngestResponse.newBuilder();
            return new StreamObserver<>() {
                @Override
                public void onNext(IngestRequest request) {
                    response.addResults(IngestResponse.Result.newBuilder()
                                    .setId(request.getSample().getId()))
                            .setAccepted(response.getAccepted() + 1);
                }

                @Override
                public void onError(Throwable failure) {
                    // The client went away.
                }

                @Override
                public void onCompleted() {
                    answer.onNext(response.build());
                    answer.onCompleted();
                }
            };
        }

        @Override
        public void endStream(EndStreamRequest request, StreamObserver<EndStreamResponse> answer) {
            answer.onNext(EndStreamResponse.newBuilder().setPartitions(1).build());
            answer.onCompleted();
        }
    }

    /** Says one status again and again. */
    private static final class Pipeline extends PipelineServiceGrpc.PipelineServiceImplBase {
        private volatile PipelineStatus status = PipelineStatus.getDefaultInstance();

        @Override
        public void watchPipelineStatus(WatchPipelineStatusRequest request, StreamObserver<PipelineStatus> answer) {
            answer.onNext(status);
            answer.onCompleted();
        }
    }
}
