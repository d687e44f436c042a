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
import io.wildstream.contracts.v1.PrecomputedOutput;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Uploads;
import jakarta.inject.Inject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Outputs that come with samples: from a caller that may send them, and from others. */
@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class OutputSendersTest {

    @Inject
    MeterRegistry meters;

    private Door anybody;
    private Door sender;

    @BeforeEach
    void open() {
        anybody = new Door();
        sender = Door.withToken(OpenDoor.SENDER_TOKEN);
    }

    @AfterEach
    void close() {
        anybody.close();
        sender.close();
    }

    @Test
    void onlyACallerThatIsNamedMaySendOutputs() throws Exception {
        // Given
        List<Sample> samples = List.of(
                Uploads.sample("outputs-1", 10), withOutput("outputs-2", good()), withOutput("outputs-3", good()));
        double before = refused("output_not_allowed");

        // When
        IngestResponse byAnybody = Uploads.send(anybody, samples);
        IngestResponse bySender = Uploads.send(sender, samples);

        // Then
        assertThat(byAnybody.getAccepted()).isEqualTo(1);
        assertThat(byAnybody.getRefused()).isEqualTo(2);
        assertThat(byAnybody.getResults(1).getError())
                .startsWith("sample.output: ")
                .contains("wildstream.gateway.output-tokens");
        assertThat(refused("output_not_allowed") - before).isEqualTo(2);
        assertThat(bySender.getAccepted()).isEqualTo(3);
        assertThat(stored(bySender.getResults(0).getPosition())).isEqualTo(samples.get(0));
        assertThat(stored(bySender.getResults(1).getPosition()))
                .as("under the name that the gateway knows, whatever the client writes")
                .isEqualTo(withOutput(
                        "outputs-2",
                        good().toBuilder().setSender(OpenDoor.SENDER).build()));
    }

    @Test
    void anOutputThatIsNoneIsRefusedAndHarmsNoNeighbour() {
        // Given
        List<Sample> samples = List.of(
                withOutput("bad-1", good().toBuilder().setDigest("model.pt").build()),
                withOutput("bad-2", good().toBuilder().setLogits(0, Float.NaN).build()),
                withOutput("bad-3", good()));
        double before = refused("output");

        // When
        IngestResponse response = Uploads.send(sender, samples);

        // Then
        assertThat(response.getResultsList())
                .extracting(result -> result.getError().replaceAll(":.*", ""))
                .containsExactly("sample.output.digest", "sample.output.logits", "");
        assertThat(refused("output") - before).isEqualTo(2);
    }

    @Test
    void anUploadMayBeAWholeSample() throws Exception {
        // Given
        Sample sample = withOutput("outputs-rest", good());

        // When
        HttpResponse<String> byAnybody = post(anybody, sample.toByteArray());
        HttpResponse<String> bySender = post(sender, sample.toByteArray());
        HttpResponse<String> none = post(sender, new byte[] {1, 2, 3});

        // Then
        assertThat(byAnybody.statusCode()).isEqualTo(400);
        assertThat(field(byAnybody)).isEqualTo("sample.output");
        assertThat(bySender.statusCode()).isEqualTo(200);
        JsonObject position = new JsonObject(bySender.body()).getJsonObject("position");
        Sample stored = stored(SamplePosition.newBuilder()
                .setPartition(position.getInteger("partition"))
                .setOffset(Long.parseLong(position.getString("offset")))
                .build());
        assertThat(stored.getOutput().getSender()).isEqualTo(OpenDoor.SENDER);
        assertThat(stored.getSource()).isEqualTo("rest");
        assertThat(stored.getPayload()).isEqualTo(sample.getPayload());
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(field(none)).isEqualTo("sample");
    }

    private double refused(String reason) {
        return meters.get(GatewayMetrics.REFUSED)
                .tag(GatewayMetrics.REASON, reason)
                .counter()
                .count();
    }

    private static Sample stored(SamplePosition position) throws Exception {
        var record = TestLog.committed(new Topics(Door.prefix()).samples()).stream()
                .filter(found -> found.partition() == position.getPartition() && found.offset() == position.getOffset())
                .findFirst()
                .orElseThrow();
        return Sample.parseFrom(record.value());
    }

    private static HttpResponse<String> post(Door door, byte[] body) {
        return door.send(door.request("/v1/samples?source=rest")
                .header("Content-Type", "application/protobuf")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private static String field(HttpResponse<String> problem) {
        return new JsonObject(problem.body())
                .getJsonArray("errors")
                .getJsonObject(0)
                .getString("field");
    }

    private static Sample withOutput(String id, PrecomputedOutput output) {
        return Uploads.sample(id, 10).toBuilder().setOutput(output).build();
    }

    private static PrecomputedOutput good() {
        return PrecomputedOutput.newBuilder()
                .setTeacher("teacher")
                .setDigest("0123456789abcdef".repeat(4))
                .addLogits(1)
                .addLogits(2)
                .setFeatureNorm(3)
                .setSender("somebody else")
                .build();
    }
}
