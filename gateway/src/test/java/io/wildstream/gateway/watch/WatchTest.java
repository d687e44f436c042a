// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineServiceGrpc;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.WatchPipelineStatusRequest;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Service;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class WatchTest {

    @Inject
    MeterRegistry meters;

    @Test
    void sendsTheStatusNowAndAtEachInterval() {
        try (Door door = new Door()) {
            // Given
            long begun = System.nanoTime();

            // When
            Iterator<PipelineStatus> statuses = PipelineServiceGrpc.newBlockingStub(door.channel())
                    .watchPipelineStatus(WatchPipelineStatusRequest.newBuilder()
                            .setIntervalMillis(300)
                            .build());
            List<PipelineStatus> first = List.of(statuses.next(), statuses.next(), statuses.next());

            // Then
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(550));
            assertThat(first.get(2).getInstancesList())
                    .extracting(InstanceStatus::getInstance)
                    .contains("gateway-under-test");
        }
        await().until(() -> streams() == 0);
    }

    @Test
    void aReaderThatDoesNotReadGetsABoundedNumberOfStatuses() {
        // Given
        String large = "p".repeat(200_000);
        try (Door door = new Door(32 * 1024);
                Service talker =
                        new Service("talker", ServiceKind.SERVICE_KIND_TEACHER, status -> status.setProblem(large))) {
            PipelineServiceGrpc.PipelineServiceBlockingStub pipeline =
                    PipelineServiceGrpc.newBlockingStub(door.channel());
            await().until(() ->
                    pipeline.getPipelineStatus(io.wildstream.contracts.v1.GetPipelineStatusRequest.getDefaultInstance())
                                    .getSerializedSize()
                            > 200_000);
            double sentBefore = count(GatewayMetrics.WATCH_SENT);
            double missedBefore = count(GatewayMetrics.WATCH_MISSED);
            PausedReader reader = new PausedReader();

            // When
            PipelineServiceGrpc.newStub(door.channel())
                    .watchPipelineStatus(
                            WatchPipelineStatusRequest.newBuilder()
                                    .setIntervalMillis(100)
                                    .build(),
                            reader);
            await().until(() -> count(GatewayMetrics.WATCH_MISSED) - missedBefore >= 40);

            // Then
            double sent = count(GatewayMetrics.WATCH_SENT) - sentBefore;
            System.getLogger("measured").log(System.Logger.Level.INFO, "sent={0} while 40 were missed", sent);
            assertThat(sent).isBetween(1.0, 4.0);
            reader.call.request(100);
            await().until(() -> reader.read.size() > sent + 2);
            reader.call.cancel("enough", null);
        }
        await().until(() -> streams() == 0);
    }

    @Test
    void refusesAnIntervalOutOfRange() {
        try (Door door = new Door()) {
            // Given
            WatchPipelineStatusRequest request = WatchPipelineStatusRequest.newBuilder()
                    .setIntervalMillis(99)
                    .build();

            // When
            StatusRuntimeException failure = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> PipelineServiceGrpc.newBlockingStub(door.channel())
                            .watchPipelineStatus(request)
                            .next());

            // Then
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(Door.fields(failure)).containsExactly("interval_millis");
        }
    }

    private double streams() {
        return meters.get(GatewayMetrics.STREAMS)
                .tag(GatewayMetrics.METHOD, "WatchPipelineStatus")
                .gauge()
                .value();
    }

    private double count(String name) {
        return meters.get(name).counter().count();
    }

    private static final class PausedReader
            implements ClientResponseObserver<WatchPipelineStatusRequest, PipelineStatus> {
        private final List<PipelineStatus> read = new CopyOnWriteArrayList<>();
        private volatile ClientCallStreamObserver<WatchPipelineStatusRequest> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchPipelineStatusRequest> stream) {
            call = stream;
            stream.disableAutoRequestWithInitial(0);
        }

        @Override
        public void onNext(PipelineStatus status) {
            read.add(status);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
    }
}
