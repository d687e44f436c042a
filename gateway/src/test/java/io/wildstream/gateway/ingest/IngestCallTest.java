// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.TestMetrics;
import io.wildstream.gateway.ingest.sink.StoreOutcome;
import io.wildstream.gateway.testkit.TestClient;
import io.wildstream.gateway.testkit.TestSink;
import io.wildstream.gateway.testkit.Uploads;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** One call without a server and without Kafka: the test decides when a sample is stored. */
class IngestCallTest {

    private static final int RECORDS = 3;
    private static final StoreOutcome STORED = new StoreOutcome.Stored(
            SamplePosition.newBuilder().setPartition(1).setOffset(2).build());

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final GatewayMetrics metrics = TestMetrics.of(registry);
    private final Backlog backlog = new Backlog(100, () -> 0);
    private final Budget budget = new Budget(10_000);
    private final TestSink plain = new TestSink();
    private final TestSink deduplicating = new TestSink();
    private final TestClient<IngestResponse> client = new TestClient<>();
    private final Set<IngestCall> open = new HashSet<>();
    private final IngestCall call = call(Duration.ZERO);

    @Test
    void requestsWhatHasRoomAndMoreWhenSamplesAreStored() {
        // Given
        call.start();
        int atStart = client.requested();
        send("a");
        send("b");
        int whileInFlight = client.requested();

        // When
        plain.settle(0, STORED);

        // Then
        assertThat(atStart).isEqualTo(RECORDS);
        assertThat(whileInFlight).isEqualTo(RECORDS);
        assertThat(client.requested()).isEqualTo(RECORDS + 1);
    }

    @Test
    void respondsOnceEverythingIsStored() {
        // Given
        call.start();
        send("a");
        send("b");

        // When
        call.onCompleted();
        plain.settle(1, STORED);
        boolean early = client.isEnded();
        plain.settle(0, STORED);

        // Then
        assertThat(early).isFalse();
        assertThat(client.responses()).hasSize(1);
        assertThat(client.responses().get(0).getAccepted()).isEqualTo(2);
        assertThat(open).isEmpty();
    }

    @Test
    void respondsToAnEmptyCall() {
        // Given
        call.start();

        // When
        call.onCompleted();

        // Then
        assertThat(client.responses()).containsExactly(IngestResponse.getDefaultInstance());
    }

    @Test
    void aFailureEndsTheCallAndSaysHowManyAreStored() {
        // Given
        call.start();
        send("a");
        send("b");

        // When
        plain.settle(1, new StoreOutcome.Failed(new TimeoutException("late")));
        boolean early = client.isEnded();
        plain.settle(0, STORED);

        // Then
        assertThat(early).isFalse();
        Status status = Status.fromThrowable(client.error());
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(status.getDescription()).contains("late").endsWith("; 1 samples of this call are stored");
    }

    @Test
    void takesNothingAfterAFailure() {
        // Given
        call.start();
        send("a");
        plain.settle(0, new StoreOutcome.Failed(new TimeoutException("late")));
        int requested = client.requested();

        // When
        send("b");

        // Then
        assertThat(plain.samples()).extracting(Sample::getId).containsExactly("a");
        assertThat(client.requested()).isEqualTo(requested);
    }

    @Test
    void refusesBadSamplesAndKeepsTheOthers() {
        // Given
        call.start();

        // When
        call.onNext(IngestRequest.getDefaultInstance());
        send("a\nb");
        send("c");
        plain.settle(0, STORED);
        call.onCompleted();

        // Then
        IngestResponse response = client.responses().get(0);
        assertThat(response.getRefused()).isEqualTo(2);
        assertThat(response.getAccepted()).isEqualTo(1);
        assertThat(response.getResults(0).getError()).isEqualTo("sample: is missing");
        assertThat(response.getResults(1).getError()).isEqualTo("sample.id: contains control characters");
        assertThat(response.getResults(1).getId()).isEqualTo("a?b");
    }

    @Test
    void theFirstRequestDecidesOnDeduplication() {
        // Given
        call.start();
        call.onNext(request("a").toBuilder().setDeduplicate(true).build());

        // When
        send("b");
        send("");

        // Then
        assertThat(deduplicating.samples()).extracting(Sample::getId).containsExactly("a", "b");
        assertThat(plain.samples()).isEmpty();
        assertThat(registry.get(GatewayMetrics.REFUSED)
                        .tag(GatewayMetrics.REASON, "id")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aLaterRequestChangesNothingAboutIt() {
        // Given
        call.start();
        send("a");

        // When
        call.onNext(request("b").toBuilder().setDeduplicate(true).build());

        // Then
        assertThat(plain.samples()).extracting(Sample::getId).containsExactly("a", "b");
    }

    @Test
    void aCancelledCallForgetsWhatItHasNotSent() {
        // Given
        call.start();
        send("a");

        // When
        client.cancel();
        send("b");
        plain.settle(0, STORED);

        // Then
        assertThat(plain.samples()).hasSize(1);
        assertThat(open).isEmpty();
        assertThat(client.isEnded()).isFalse();
        assertThat(registry.get(GatewayMetrics.IN_FLIGHT).gauge().value()).isZero();
    }

    @Test
    void waitsForRoomInTheBacklog() {
        // Given
        backlog.seen(100, backlog.mark());
        call.start();
        int whileFull = client.requested();

        // When
        backlog.seen(10, backlog.mark());
        backlog.notifyWaiters();

        // Then
        assertThat(whileFull).isZero();
        assertThat(client.requested()).isEqualTo(RECORDS);
    }

    @Test
    void givesUpWhenTheBacklogStaysFull() {
        // Given
        backlog.seen(100, backlog.mark());
        call.start();

        // When
        backlog.notifyWaiters();

        // Then
        assertThat(Status.fromThrowable(client.error()).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(registry.get(GatewayMetrics.OVERLOADED).counter().count()).isEqualTo(1);
        assertThat(open).isEmpty();
    }

    @Test
    void doesNotGiveUpBeforeItsTime() {
        // Given
        IngestCall patient = call(Duration.ofHours(1));
        backlog.seen(100, backlog.mark());
        patient.start();

        // When
        backlog.notifyWaiters();

        // Then
        assertThat(client.isEnded()).isFalse();
        assertThat(open).containsExactly(patient);
    }

    @Test
    void waitsForTheBudgetOfAllCalls() {
        // Given
        budget.take(10_000);
        call.start();
        int whileTaken = client.requested();

        // When
        budget.release(10_000);

        // Then
        assertThat(whileTaken).isZero();
        assertThat(client.requested()).isEqualTo(RECORDS);
    }

    @Test
    void endsWithTheFirstError() {
        // Given
        call.start();
        send("a");

        // When
        call.end(Status.UNAVAILABLE.withDescription("the gateway is stopping"));
        call.onError(new IllegalStateException("later"));
        plain.settle(0, STORED);

        // Then
        assertThat(Status.fromThrowable(client.error()).getDescription())
                .isEqualTo("the gateway is stopping; 1 samples of this call are stored");
    }

    private void send(String id) {
        call.onNext(request(id));
    }

    private static IngestRequest request(String id) {
        return IngestRequest.newBuilder().setSample(Uploads.sample(id, 10)).build();
    }

    private IngestCall call(Duration backlogTimeout) {
        return new IngestCall(
                client,
                new IngestCall.Shared(
                        new SampleStore(plain, deduplicating, backlog, metrics),
                        new SampleCheck(1000),
                        budget,
                        backlog,
                        new IngestLimits(RECORDS, 1_000_000, 1000, backlogTimeout),
                        metrics,
                        Runnable::run,
                        open),
                null);
    }
}
