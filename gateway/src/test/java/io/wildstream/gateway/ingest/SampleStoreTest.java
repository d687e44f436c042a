// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.GatewayMetrics.Refusal;
import io.wildstream.gateway.TestMetrics;
import io.wildstream.gateway.ingest.sink.StoreOutcome;
import io.wildstream.gateway.testkit.TestSink;
import io.wildstream.gateway.testkit.Uploads;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class SampleStoreTest {

    private static final SamplePosition POSITION =
            SamplePosition.newBuilder().setPartition(2).setOffset(7).build();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Backlog backlog = new Backlog(100, () -> 0);
    private final TestSink plain = new TestSink();
    private final TestSink deduplicating = new TestSink();
    private final SampleStore store = new SampleStore(plain, deduplicating, backlog, TestMetrics.of(registry));
    private final Sample sample = Uploads.sample("a", 100);
    private final int size = sample.getSerializedSize();

    @Test
    void countsASampleAsInFlightUntilItIsSettled() {
        // Given
        InFlightSample taken = store.take(sample);
        List<Double> inFlight = new ArrayList<>();

        // When
        store.store(taken, false, outcome -> inFlight.add(gauge(GatewayMetrics.IN_FLIGHT)));
        inFlight.add(gauge(GatewayMetrics.IN_FLIGHT));
        inFlight.add(gauge(GatewayMetrics.IN_FLIGHT_BYTES));
        plain.settle(0, new StoreOutcome.Stored(POSITION));
        inFlight.add(gauge(GatewayMetrics.IN_FLIGHT_BYTES));

        // Then: the listener learns of the outcome after it was counted
        assertThat(inFlight).containsExactly(1.0, (double) size, 0.0, 0.0);
    }

    @Test
    void countsAStoredSampleInMetricsAndBacklog() {
        // When
        settle(new StoreOutcome.Stored(POSITION));

        // Then
        assertThat(counter(GatewayMetrics.ACCEPTED)).isEqualTo(1);
        assertThat(counter(GatewayMetrics.BYTES)).isEqualTo(size);
        assertThat(counter(GatewayMetrics.FAILED) + counter(GatewayMetrics.DUPLICATES))
                .isZero();
        assertThat(backlog.records()).isEqualTo(1);
    }

    @Test
    void countsADuplicateAndLeavesTheBacklog() {
        // When
        settle(new StoreOutcome.Duplicate(POSITION));

        // Then
        assertThat(counter(GatewayMetrics.DUPLICATES)).isEqualTo(1);
        assertThat(counter(GatewayMetrics.ACCEPTED) + counter(GatewayMetrics.FAILED))
                .isZero();
        assertThat(backlog.records()).isZero();
    }

    @Test
    void countsASampleThatIsTooLargeForKafkaAsRefused() {
        // When
        settle(StoreOutcome.ofFailure(new RecordTooLargeException("no")));

        // Then
        assertThat(refused(Refusal.TOO_LARGE)).isEqualTo(1);
        assertThat(counter(GatewayMetrics.FAILED) + counter(GatewayMetrics.ACCEPTED))
                .isZero();
    }

    @Test
    void countsAnyOtherFailure() {
        // When
        settle(StoreOutcome.ofFailure(new TimeoutException("late")));

        // Then
        assertThat(counter(GatewayMetrics.FAILED)).isEqualTo(1);
        assertThat(refused(Refusal.TOO_LARGE) + counter(GatewayMetrics.ACCEPTED))
                .isZero();
        assertThat(backlog.records()).isZero();
    }

    @Test
    void countsNothingForASampleThatIsAbandoned() {
        // Given
        InFlightSample taken = store.take(sample);

        // When
        store.abandon(taken);

        // Then
        assertThat(gauge(GatewayMetrics.IN_FLIGHT)).isZero();
        assertThat(counter(GatewayMetrics.ACCEPTED) + counter(GatewayMetrics.FAILED))
                .isZero();
        assertThat(plain.samples()).isEmpty();
    }

    @Test
    void choosesTheSinkByDeduplication() {
        // When
        store.store(store.take(Uploads.sample("plain", 1)), false, outcome -> {});
        store.store(store.take(Uploads.sample("once", 1)), true, outcome -> {});

        // Then
        assertThat(plain.samples()).extracting(Sample::getId).containsExactly("plain");
        assertThat(deduplicating.samples()).extracting(Sample::getId).containsExactly("once");
    }

    @Test
    void givesASampleWithoutIdANewOne() {
        // Given
        Sample nameless = Uploads.sample("", 10);

        // When
        InFlightSample first = store.take(nameless);
        InFlightSample second = store.take(nameless);

        // Then
        assertThat(UUID.fromString(first.sample().getId()))
                .isNotEqualTo(UUID.fromString(second.sample().getId()));
        assertThat(first.bytes()).isEqualTo(first.sample().getSerializedSize());
        assertThat(first.sample().toBuilder().clearId().build()).isEqualTo(nameless);
    }

    private void settle(StoreOutcome outcome) {
        List<StoreOutcome> heard = new ArrayList<>();
        store.store(store.take(sample), false, heard::add);
        plain.settle(0, outcome);
        assertThat(heard).containsExactly(outcome);
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double counter(String name) {
        return registry.get(name).counter().count();
    }

    private double refused(Refusal reason) {
        return registry.get(GatewayMetrics.REFUSED)
                .tag(GatewayMetrics.REASON, reason.label())
                .counter()
                .count();
    }
}
