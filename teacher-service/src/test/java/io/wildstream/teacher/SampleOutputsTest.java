// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.v1.PrecomputedOutput;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelStore;
import io.wildstream.teacher.model.TeacherExchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of samples that come with an output, by the stage's work without Kafka. */
class SampleOutputsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void outputsAreRefusedUnlessTheyAreAccepted() {
        // Given
        List<ConsumerRecord<byte[], byte[]>> records =
                List.of(record(0, sample(null)), record(1, sample(good())), header("{}"), header("not even JSON"));

        // When
        List<Outcome> outcomes = score(OwnSamples.INSTANCE, false, records);

        // Then
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Scored.class);
        for (Outcome outcome : outcomes.subList(1, 4)) {
            Outcome.Refused refused = (Outcome.Refused) outcome;
            assertThat(refused.reason()).isEqualTo(Refusal.OUTPUTS_NOT_ALLOWED);
            assertThat(refused.detail()).contains("wildstream.teacher.accept-outputs=true");
        }
    }

    @Test
    void whatIsPassedOnTakesNoPlaceInAForwardPass() {
        // Given more than a batch of them around two that are to be computed
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            records.add(record(i, sample(i == 10 || i == 30 ? null : good())));
        }

        // When
        List<Outcome> outcomes = score(OwnSamples.INSTANCE.acceptingOutputs(), false, records);

        // Then
        assertThat(outcomes).hasSize(40);
        for (int i = 0; i < 40; i++) {
            Outcome.Scored scored = (Outcome.Scored) outcomes.get(i);
            assertThat(scored.isPrecomputed()).isEqualTo(i != 10 && i != 30);
            assertThat(scored.output().getPosition().getOffset()).isEqualTo(i);
        }
        assertThat(registry.get("wildstream_teacher_batch_samples").summary().totalAmount())
                .isEqualTo(2);
    }

    @Test
    void isTheRecordOfAForwardPassButForItsOrigin() {
        // Given
        List<ConsumerRecord<byte[], byte[]>> computed = List.of(record(7, sample(null)));
        TeacherOutput own = output(score(OwnSamples.INSTANCE, false, computed).get(0));
        PrecomputedOutput same = good().toBuilder()
                .clearLogits()
                .addAllLogits(values(own.getEncoding(), own.getLogits()))
                .clearFeatures()
                .addAllFeatures(values(own.getEncoding(), own.getFeatures()))
                .setFeatureNorm(Float.NaN)
                .build();

        // When
        List<Outcome> outcomes = score(OwnSamples.INSTANCE.acceptingOutputs(), false, List.of(record(7, sample(same))));

        // Then
        assertThat(output(outcomes.get(0)))
                .isEqualTo(own.toBuilder().setPrecomputedBy("").build());
    }

    @Test
    void theNormIsEnoughForATeacherThatOmitsFeatures() {
        // Given
        PrecomputedOutput norm =
                good().toBuilder().clearFeatures().setFeatureNorm(3).build();
        List<PrecomputedOutput> sent = List.of(
                norm,
                good(),
                norm.toBuilder().clearFeatureNorm().build(),
                norm.toBuilder().setFeatureNorm(-1).build(),
                norm.toBuilder().setFeatureNorm(Float.POSITIVE_INFINITY).build(),
                norm.toBuilder().setFeatureNorm(Float.NaN).build(),
                good().toBuilder()
                        .setFeatures(0, Float.MAX_VALUE)
                        .setFeatures(1, Float.MAX_VALUE)
                        .build());
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        sent.forEach(output -> records.add(record(records.size(), sample(output))));

        // When
        List<Outcome> outcomes = score(OwnSamples.INSTANCE.acceptingOutputs(), true, records);

        // Then
        assertThat(output(outcomes.get(0)).getFeatureNorm()).isEqualTo(3);
        assertThat(output(outcomes.get(0)).getFeatures().isEmpty()).isTrue();
        assertThat(output(outcomes.get(1)).getFeatureNorm()).isEqualTo(5);
        assertThat(output(outcomes.get(1)).getFeatures().isEmpty()).isTrue();
        assertThat(outcomes.subList(2, 7))
                .extracting(outcome -> (Object) ((Outcome.Refused) outcome).reason())
                .containsExactly(
                        Refusal.MISSING_FEATURES,
                        Refusal.NON_FINITE_OUTPUT,
                        Refusal.NON_FINITE_OUTPUT,
                        Refusal.NON_FINITE_OUTPUT,
                        Refusal.NON_FINITE_OUTPUT);
    }

    @Test
    void aRecordOfTheUsersOwnCarriesItsOutputInTheHeader() throws Exception {
        // Given an image topic, whose records know nothing of Wildstream
        SampleSource images = record -> sample(null).toBuilder().setId("photo").build();
        ConsumerRecord<byte[], byte[]> record = record(3, sample(null));
        record.headers()
                .add(
                        OutputHeader.NAME,
                        ("{\"digest\":\"" + digest()
                                        + "\",\"logits\":[1,-1.5],\"featureNorm\":4,\"features\":[1,2,2,4]}")
                                .getBytes(UTF_8));

        // When
        List<Outcome> outcomes = score(images.acceptingOutputs(), false, List.of(record));

        // Then
        assertThat(output(outcomes.get(0)).getFeatureNorm()).isEqualTo(5);
        assertThat(output(outcomes.get(0)).getSample().getId()).isEqualTo("photo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{} {}",
                "{\"logits\":1}",
                "{\"logits\":[\"1\"]}",
                "{\"logits\":[1,null]}",
                "{\"logits\":[NaN]}",
                "{\"features\":[[1]]}",
                "{\"digest\":1}",
                "{\"digest\":\"a\",\"digest\":\"b\"}",
                "{\"feature_norm\":\"5\"}",
                "{\"labels\":[1]}"
            })
    void badHeadersAreNamed(String json) {
        UnreadableRecordException refused =
                catchThrowableOfType(UnreadableRecordException.class, () -> OutputHeader.parse(json.getBytes(UTF_8)));

        assertThat(refused.reason()).isEqualTo(Refusal.MALFORMED);
        assertThat(refused.detail()).startsWith("the header wildstream_output ");
    }

    @Test
    void aHeaderIsNoLargerThanAMebibyte() {
        byte[] large = new byte[(1 << 20) + 1];

        UnreadableRecordException refused =
                catchThrowableOfType(UnreadableRecordException.class, () -> OutputHeader.parse(large));

        assertThat(refused.detail()).contains("1048577 bytes, expected 1 to 1048576");
    }

    private List<Outcome> score(SampleSource source, boolean omit, List<ConsumerRecord<byte[], byte[]>> records) {
        TeacherSettings settings = new TeacherSettings(
                new Topics("outputs"),
                "teacher-0",
                16,
                Duration.ZERO,
                64,
                VectorEncoding.VECTOR_ENCODING_FLOAT32,
                source,
                WorkLimits.DEFAULT);
        try (TeacherExchange teachers = Models.exchange(new ModelStore(Models.small()), Models.FRAGILE);
                BatchedInference inference = new BatchedInference(settings, new TeacherMetrics(registry), () -> {})) {
            teachers.request(Models.spec(2, Models.FRAGILE, omit));
            assertThat(teachers.awaitRequested(Duration.ofMinutes(3))).isTrue();
            return inference.score(teachers.current(), records);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Float> values(VectorEncoding encoding, ByteString packed) {
        List<Float> values = new ArrayList<>();
        for (float value : Vectors.unpack(encoding, packed)) {
            values.add(value);
        }
        return values;
    }

    private static TeacherOutput output(Outcome outcome) {
        return ((Outcome.Scored) outcome).output();
    }

    private static PrecomputedOutput good() {
        return PrecomputedOutput.newBuilder()
                .setDigest(digest())
                .addLogits(1)
                .addLogits(-1.5f)
                .addAllFeatures(List.of(1f, 2f, 2f, 4f))
                .build();
    }

    private static String digest() {
        return ModelDescription.read(Models.small().resolve(Models.FRAGILE)).digest();
    }

    private static Sample sample(PrecomputedOutput output) {
        Sample plain = Stream.pixels("sample", 1, 2, 3, 4);
        return output == null ? plain : plain.toBuilder().setOutput(output).build();
    }

    private static ConsumerRecord<byte[], byte[]> header(String json) {
        ConsumerRecord<byte[], byte[]> record = record(2, sample(null));
        record.headers().add(OutputHeader.NAME, json.getBytes(UTF_8));
        return record;
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, Sample sample) {
        return new ConsumerRecord<>("samples", 0, offset, new byte[0], sample.toByteArray());
    }
}
