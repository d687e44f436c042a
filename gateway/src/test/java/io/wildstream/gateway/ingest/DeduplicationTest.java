// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestResponse.Result;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Uploads;
import jakarta.inject.Inject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class DeduplicationTest {

    @Inject
    MeterRegistry meters;

    private final String run = UUID.randomUUID().toString();
    private Door door;

    @BeforeEach
    void open() {
        door = new Door();
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void aCallThatIsSentAgainStoresNothing() {
        // Given
        List<Sample> samples = samples(0, 1000);
        IngestResponse first = Uploads.sendOnce(door, samples);
        double before = meters.get(GatewayMetrics.DUPLICATES).counter().count();

        // When
        IngestResponse second = Uploads.sendOnce(
                door, Stream.concat(samples.stream(), samples(1000, 1).stream()).toList());

        // Then
        assertThat(first.getAccepted()).isEqualTo(1000);
        assertThat(second.getAccepted()).isEqualTo(1);
        assertThat(second.getDuplicates()).isEqualTo(1000);
        assertThat(second.getResultsList().subList(0, 1000)).allMatch(Result::getDuplicate);
        assertThat(second.getResultsList().subList(0, 1000))
                .extracting(Result::getPosition)
                .isEqualTo(
                        first.getResultsList().stream().map(Result::getPosition).toList());
        assertThat(second.getResults(1000).getDuplicate()).isFalse();
        assertThat(stored()).isEqualTo(1001);
        assertThat(meters.get(GatewayMetrics.DUPLICATES).counter().count()).isEqualTo(before + 1000);
    }

    @Test
    void twoCallsAtATimeStoreEachIdOnce() {
        // Given
        List<Sample> samples = samples(0, 2000);

        // When
        Uploads one = Uploads.startOnce(door, samples.iterator());
        Uploads other = Uploads.startOnce(door, samples.iterator());

        // Then
        assertThat(one.await().getAccepted() + other.await().getAccepted()).isEqualTo(2000);
        assertThat(one.await().getDuplicates() + other.await().getDuplicates()).isEqualTo(2000);
        assertThat(stored()).isEqualTo(2000);
    }

    @Test
    void needsIds() {
        // Given
        Sample nameless = Uploads.sample("", 10);

        // When
        IngestResponse response = Uploads.sendOnce(door, List.of(nameless));
        HttpResponse<String> rest = post("?deduplicate=true");

        // Then
        assertThat(response.getRefused()).isEqualTo(1);
        assertThat(response.getResults(0).getError()).startsWith("sample.id: is empty");
        assertThat(rest.statusCode()).isEqualTo(400);
        assertThat(rest.body()).contains("sample.id");
    }

    @Test
    void holdsForSingleSamplesToo() {
        // Given
        HttpResponse<String> first = post("?deduplicate=true&id=" + run + "-0");

        // When
        HttpResponse<String> again = post("?deduplicate=true&id=" + run + "-0");
        IngestResponse stream = Uploads.sendOnce(door, samples(0, 1));

        // Then
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(first.body()).getBoolean("duplicate", false)).isFalse();
        assertThat(new JsonObject(again.body()).getBoolean("duplicate")).isTrue();
        assertThat(new JsonObject(again.body()).getJsonObject("position"))
                .isEqualTo(new JsonObject(first.body()).getJsonObject("position"));
        assertThat(stream.getDuplicates()).isEqualTo(1);
        assertThat(stored()).isEqualTo(1);
    }

    private HttpResponse<String> post(String query) {
        return door.send(door.request("/v1/samples" + query)
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofByteArray(new byte[] {1, 2, 3}))
                .build());
    }

    private List<Sample> samples(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> Uploads.sample(run + "-" + i, 100))
                .toList();
    }

    /** Committed samples of this test. */
    private long stored() {
        return TestLog.committed(new Topics(Door.prefix()).samples()).stream()
                .filter(record ->
                        record.key() != null && new String(record.key(), StandardCharsets.UTF_8).startsWith(run))
                .count();
    }
}
