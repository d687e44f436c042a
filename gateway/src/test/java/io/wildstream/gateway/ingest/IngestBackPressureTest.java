// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.ConfigChecks;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Uploads;
import jakarta.inject.Inject;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.Test;

/** The broker throttles the gateway's producer by a quota, as it does in production, while a client sends as fast as it may. */
@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class IngestBackPressureTest {

    private static final String PRODUCER = "gateway-under-test-ingest";
    private static final int PAYLOAD = 64 * 1024;
    private static final int SAMPLES = 240;

    @Inject
    MeterRegistry meters;

    @Test
    void aFastClientIsSlowedToAThrottledKafka() throws Exception {
        // Given
        throttle(2_000_000.0);
        try (Door door = new Door()) {
            Iterator<Sample> samples = IntStream.range(0, SAMPLES)
                    .mapToObj(i -> Uploads.sample("slow" + i, PAYLOAD))
                    .iterator();

            // When
            Uploads uploads = Uploads.start(door, samples);
            double mostBytes = 0;
            double mostRecords = 0;
            long furthestAhead = 0;
            while (!uploads.answer().isDone()) {
                mostBytes = Math.max(mostBytes, gauge(GatewayMetrics.IN_FLIGHT_BYTES));
                mostRecords = Math.max(mostRecords, gauge(GatewayMetrics.IN_FLIGHT));
                furthestAhead = Math.max(furthestAhead, uploads.sent() - (long) accepted());
                TimeUnit.MICROSECONDS.sleep(200);
            }

            // Then
            IngestResponse response = uploads.await();
            assertThat(response.getAccepted()).isEqualTo(SAMPLES);
            // What may arrive is counted at its largest, so what has arrived stays below the limit by one such message.
            assertThat(mostBytes)
                    .isBetween(
                            OpenDoor.MAX_IN_FLIGHT_BYTES - ConfigChecks.LARGEST_MESSAGE - PAYLOAD * 1.0,
                            OpenDoor.MAX_IN_FLIGHT_BYTES * 1.0);
            assertThat(mostRecords).isLessThanOrEqualTo(OpenDoor.MAX_IN_FLIGHT_RECORDS);
            assertThat(furthestAhead).isLessThan(SAMPLES);
            System.getLogger("measured")
                    .log(
                            System.Logger.Level.INFO,
                            "mostBytes={0} mostRecords={1} furthestAhead={2}",
                            mostBytes,
                            mostRecords,
                            furthestAhead);
        } finally {
            throttle(null);
        }
        await().until(() -> gauge(GatewayMetrics.IN_FLIGHT_BYTES) == 0);
    }

    @Test
    void manySmallSamplesAreBoundedByTheirNumber() {
        // Given
        Sample small = Uploads.sample("small", 16);
        try (Door door = new Door()) {

            // When
            Uploads uploads = Uploads.start(
                    door, IntStream.range(0, 20_000).mapToObj(i -> small).iterator());
            double mostRecords = 0;
            while (!uploads.answer().isDone()) {
                mostRecords = Math.max(mostRecords, gauge(GatewayMetrics.IN_FLIGHT));
            }

            // Then
            assertThat(uploads.await().getAccepted()).isEqualTo(20_000);
            assertThat(mostRecords).isBetween(1.0, OpenDoor.MAX_IN_FLIGHT_RECORDS * 1.0);
        }
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    private double accepted() {
        return meters.get(GatewayMetrics.ACCEPTED).counter().count();
    }

    private static void throttle(Double bytesPerSecond) throws Exception {
        ClientQuotaEntity producer = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, PRODUCER));
        try (Admin admin = TestBroker.get().admin()) {
            admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                            producer, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond)))))
                    .all()
                    .get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
