// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.EndStreamRequest;
import io.wildstream.contracts.v1.EndStreamResponse;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestServiceGrpc;
import io.wildstream.contracts.v1.Sample;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
class FeederTest {

    private final Gateway service = new Gateway();
    private Server server;
    private GatewayClient gateway;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(service)
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
    void sendsAllSamplesInTheirOrderInSeveralCalls() throws InterruptedException {
        // Given
        Feeder feeder = new Feeder(gateway, Double.POSITIVE_INFINITY);

        // When
        feeder.feed(samples(10_000));

        // Then
        assertThat(feeder.accepted()).isEqualTo(10_000);
        assertThat(feeder.refused()).isZero();
        assertThat(service.calls).containsExactly(4096, 4096, 1808);
        assertThat(service.stored).hasSize(10_000).startsWith("s0", "s1").endsWith("s9998", "s9999");
    }

    @Test
    void keepsThePaceThatWasAskedFor() throws InterruptedException {
        // Given
        Feeder feeder = new Feeder(gateway, 100);
        long begun = System.nanoTime();

        // When
        feeder.feed(samples(150));

        // Then the end is at most as early as a wait that is left out
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(1_500_000_000 - Pace.LEAST_NANOS);
        assertThat(feeder.accepted()).isEqualTo(150);
    }

    @Test
    void sendsACallAgainThatHadNoAnswer() throws InterruptedException {
        // Given
        service.failNext = Status.UNAVAILABLE;
        Feeder feeder = new Feeder(gateway, Double.POSITIVE_INFINITY);

        // When
        feeder.feed(samples(10));

        // Then
        assertThat(feeder.accepted()).isEqualTo(10);
        assertThat(feeder.sentAgain()).isEqualTo(10);
        assertThat(service.stored).hasSize(10);
    }

    @Test
    void doesNotSendWhatIsTooLargeForAnyGateway() throws InterruptedException {
        // Given
        Feeder feeder = new Feeder(gateway, Double.POSITIVE_INFINITY);
        Sample large = Sample.newBuilder()
                .setId("large")
                .setPayload(ByteString.copyFrom(new byte[Topics.MAX_PAYLOAD_BYTES + 1]))
                .build();
        List<Sample> samples = new ArrayList<>();
        samples(2).forEachRemaining(samples::add);
        samples.add(1, large);

        // When
        feeder.feed(samples.iterator());

        // Then
        assertThat(feeder.accepted()).isEqualTo(2);
        assertThat(feeder.sentAgain()).isZero();
        assertThat(service.stored).containsExactly("s0", "s1");
        assertThat(feeder.refused()).isEqualTo(1);
        assertThat(feeder.refusals().reasons())
                .containsExactly(
                        new Refusals.Reason("sample.payload: has 8257537 bytes, at most 8257536 are sent", 1, "large"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNAVAILABLE", "INTERNAL", "CANCELLED", "RESOURCE_EXHAUSTED"})
    void declaresTheEndAgainWhenTheGatewayWasAway(Status.Code code) throws InterruptedException {
        // Given
        service.failEnd = code.toStatus();
        Feeder feeder = new Feeder(gateway, Double.POSITIVE_INFINITY);

        // When
        feeder.end();

        // Then
        assertThat(service.ended).isTrue();
    }

    @Test
    void failsWithTheWordsOfTheGatewayWhenItDoesNotTakeTheEnd() {
        // Given
        service.failEnd = Status.PERMISSION_DENIED.withDescription("no");
        Feeder feeder = new Feeder(gateway, Double.POSITIVE_INFINITY);

        // When // Then
        assertThatThrownBy(feeder::end)
                .isInstanceOf(ClientException.class)
                .hasMessage("the gateway answered PERMISSION_DENIED: no");
    }

    @Test
    void countsWhatIsRefusedAndSaysWhy() throws InterruptedException {
        // Given
        service.refuse = "s3";
        Feeder feeder = new Feeder(gateway, Double.POSITIVE_INFINITY);

        // When
        feeder.feed(samples(10));

        // Then
        assertThat(feeder.accepted()).isEqualTo(9);
        assertThat(feeder.refused()).isEqualTo(1);
        assertThat(feeder.refusals().reasons()).containsExactly(new Refusals.Reason("not wanted", 1, "s3"));
    }

    @Test
    void holdsNoMoreThanSomeMegabytesForOneCall() throws InterruptedException {
        // Given
        ByteString photo = ByteString.copyFrom(new byte[1 << 20]);
        Iterator<Sample> samples = IntStream.range(0, 80)
                .mapToObj(i ->
                        Sample.newBuilder().setId("s" + i).setPayload(photo).build())
                .iterator();

        // When
        new Feeder(gateway, Double.POSITIVE_INFINITY).feed(samples);

        // Then
        assertThat(service.calls).containsExactly(32, 32, 16);
    }

    @Test
    void failsWithTheWordsOfTheGateway() {
        // Given
        service.failNext = Status.INVALID_ARGUMENT.withDescription("sample.id is too long");
        Feeder feeder = new Feeder(gateway, Double.POSITIVE_INFINITY);

        // When // Then
        assertThatThrownBy(() -> feeder.feed(samples(10)))
                .isInstanceOf(ClientException.class)
                .hasMessage("the gateway answered INVALID_ARGUMENT: sample.id is too long");
    }

    @Test
    void sendsTheRestWhenTheGatewayHasNoRoomForIt() throws InterruptedException {
        // Given
        service.roomFor = 6;
        Feeder feeder = new Feeder(gateway, Double.POSITIVE_INFINITY);

        // When
        feeder.feed(samples(10));

        // Then
        assertThat(feeder.accepted()).isEqualTo(10);
        assertThat(feeder.sentAgain()).isZero();
        assertThat(service.stored).containsExactly("s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9");
    }

    @Test
    void asksForDeduplicationAndCountsWhatWasThere() throws InterruptedException {
        // Given
        new Feeder(gateway, Double.POSITIVE_INFINITY, true).feed(samples(10));
        Feeder feeder = new Feeder(gateway, Double.POSITIVE_INFINITY, true);

        // When
        feeder.feed(samples(12));

        // Then
        assertThat(feeder.accepted()).isEqualTo(2);
        assertThat(feeder.duplicates()).isEqualTo(10);
        assertThat(service.stored).hasSize(12);
    }

    @Test
    void declaresTheEndWhenAllIsSent() {
        // Given
        Iterator<Sample> samples = samples(20);

        // When
        try (Feeding feeding = new Feeding(gateway, samples, Double.POSITIVE_INFINITY, true)) {
            await().until(feeding::isDone);
        }

        // Then
        assertThat(service.stored).hasSize(20);
        assertThat(service.ended).isTrue();
    }

    private static Iterator<Sample> samples(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Sample.newBuilder().setId("s" + i).build())
                .iterator();
    }

    /** A gateway that keeps ids in memory. */
    private static final class Gateway extends IngestServiceGrpc.IngestServiceImplBase {
        private final List<String> stored = new CopyOnWriteArrayList<>();
        private final List<Integer> calls = new CopyOnWriteArrayList<>();
        private volatile Status failNext = Status.OK;
        private volatile Status failEnd = Status.OK;
        private volatile String refuse = "";
        private volatile boolean ended;
        /** Samples that the next call may store before it is told that there is no room; negative for any number. */
        private volatile int roomFor = -1;

        @Override
        public StreamObserver<IngestRequest> ingest(StreamObserver<IngestResponse> answer) {
            return new StreamObserver<>() {
                private final java.util.ArrayList<String> ids = new java.util.ArrayList<>();
                private boolean deduplicate;

                @Override
                public void onNext(IngestRequest request) {
                    deduplicate |= ids.isEmpty() && request.getDeduplicate();
                    ids.add(request.getSample().getId());
                }

                @Override
                public void onError(Throwable error) {
                    ids.clear();
                }

                @Override
                public void onCompleted() {
                    if (!failNext.isOk()) {
                        Status failure = failNext;
                        failNext = Status.OK;
                        answer.onError(failure.asRuntimeException());
                        return;
                    }
                    if (roomFor >= 0) {
                        IngestResponse counts = store(ids.subList(0, roomFor), deduplicate);
                        roomFor = -1;
                        answer.onError(noRoom(counts));
                        return;
                    }
                    answer.onNext(store(ids, deduplicate));
                    answer.onCompleted();
                }
            };
        }

        private static StatusRuntimeException noRoom(IngestResponse counts) {
            return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                    .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
                    .setMessage("no room")
                    .addDetails(Any.pack(counts.toBuilder().clearResults().build()))
                    .build());
        }

        private IngestResponse store(List<String> ids, boolean deduplicate) {
            IngestResponse.Builder response = IngestResponse.newBuilder();
            long duplicates = 0;
            for (String id : ids) {
                if (deduplicate && stored.contains(id)) {
                    response.addResults(
                            IngestResponse.Result.newBuilder().setId(id).setDuplicate(true));
                    duplicates++;
                    continue;
                }
                boolean refused = id.equals(refuse);
                response.addResults(IngestResponse.Result.newBuilder().setId(id).setError(refused ? "not wanted" : ""));
                if (!refused) {
                    stored.add(id);
                }
            }
            calls.add(ids.size());
            long refused = ids.stream().filter(refuse::equals).count();
            return response.setAccepted(ids.size() - refused - duplicates)
                    .setDuplicates(duplicates)
                    .setRefused(refused)
                    .build();
        }

        @Override
        public void endStream(EndStreamRequest request, StreamObserver<EndStreamResponse> answer) {
            if (!failEnd.isOk()) {
                Status failure = failEnd;
                failEnd = Status.OK;
                answer.onError(failure.asRuntimeException());
                return;
            }
            ended = true;
            answer.onNext(EndStreamResponse.newBuilder().setPartitions(4).build());
            answer.onCompleted();
        }
    }
}
