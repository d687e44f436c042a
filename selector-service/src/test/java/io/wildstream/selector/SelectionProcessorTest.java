// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.selector.metrics.SelectorMetrics;
import io.wildstream.selector.streams.StateFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class SelectionProcessorTest extends SelectorFixture {

    @Test
    void shouldMarkItsStateWithItsFormatAndRefuseALaterOne() {
        // Given
        curricula.accept("curriculum/strict", Policies.threshold(4, 1.5));
        byte[] output = TeacherOutputs.withLogits(TeacherOutputs.output(2, 77), 1f, 3f, 0.5f)
                .build()
                .toByteArray();
        input.pipeInput(null, output);
        KeyValueStore<Bytes, byte[]> store = driver.getKeyValueStore(SelectionProcessor.STORE);
        byte[] written = store.get(StateFormat.KEY);

        // When
        store.put(StateFormat.KEY, new byte[] {0, 0, 0, 9});
        curricula.accept("curriculum/strict", Policies.threshold(5, 1.4));

        // Then
        assertThat(written).containsExactly(0, 0, 0, StateFormat.VERSION);
        assertThatThrownBy(() -> input.pipeInput(null, output))
                .hasStackTraceContaining(
                        "the rules' state has format 9, this selector reads up to " + StateFormat.VERSION)
                .hasStackTraceContaining("start the newer selector that wrote it");
    }

    @Test
    void shouldWriteASelectedSampleAroundTheUnchangedTeacherOutput() throws Exception {
        // Given
        curricula.accept("curriculum/strict", Policies.threshold(4, 1.5));
        TeacherOutput output = TeacherOutputs.withLogits(TeacherOutputs.output(2, 77), 1f, 3f, 0.5f)
                .build();
        Headers headers = new RecordHeaders().add("traceparent", "00-1-2-01".getBytes(UTF_8));

        // When
        input.pipeInput(new TestRecord<>(TeacherOutputs.bytes("s-2-77"), output.toByteArray(), headers, 1000L));

        // Then
        TestRecord<byte[], byte[]> record = read("test.curriculum.strict").get(0);
        SelectedSample selected = CurriculumRecord.parseFrom(record.value()).getSelected();
        assertThat(topicsMade).containsExactly("strict");
        assertThat(selected.getTeacherOutput()).isEqualTo(output);
        assertThat(selected.getPseudoLabel()).isEqualTo(1);
        assertThat(selected.getNoiseValue()).isCloseTo(Math.log1p(Math.exp(-2) + Math.exp(-2.5)), within(1e-12));
        assertThat(selected.getThreshold()).isEqualTo(1.5);
        assertThat(selected.getPolicyGeneration()).isEqualTo(4);
        assertThat(record.key()).isEqualTo(TeacherOutputs.bytes("s-2-77"));
        assertThat(record.timestamp()).isEqualTo(1000);
        assertThat(CloudEvents.text(record.headers(), CloudEvents.TYPE)).isEqualTo("wildstream.v1.CurriculumRecord");
        assertThat(CloudEvents.text(record.headers(), CloudEvents.ID)).isEqualTo("s-2-77");
        assertThat(CloudEvents.text(record.headers(), "traceparent")).isEqualTo("00-1-2-01");
        assertThat(CurriculumRecord.parseFrom(record.value()).toByteArray()).isEqualTo(record.value());
    }

    @Test
    void shouldWriteADecisionNotToKeepWithoutThePayload() throws Exception {
        // Given
        curricula.accept("curriculum/strict", Policies.threshold(4, 0.01));
        TeacherOutput output =
                TeacherOutputs.withLogits(TeacherOutputs.output(2, 77), 1f, 1f).build();

        // When
        input.pipeInput(TeacherOutputs.bytes("s-2-77"), output.toByteArray());

        // Then
        RejectedSample rejected =
                RejectedSample.parseFrom(read(TOPICS.rejected()).get(0).value());
        assertThat(read("test.curriculum.strict")).isEmpty();
        assertThat(rejected.getCurriculum()).isEqualTo("strict");
        assertThat(rejected.getSampleId()).isEqualTo("s-2-77");
        assertThat(rejected.getPosition()).isEqualTo(output.getPosition());
        assertThat(rejected.getNoiseValue()).isCloseTo(Math.log(2), within(1e-12));
        assertThat(rejected.getThreshold()).isEqualTo(0.01);
        assertThat(rejected.getPolicyGeneration()).isEqualTo(4);
    }

    @Test
    void shouldServeSeveralCurriculaAtTheirRates() {
        // Given
        curricula.accept("curriculum/balanced", Policies.keepRate(1, 0.27, Balance.BALANCE_UNSPECIFIED));
        curricula.accept("curriculum/global", Policies.keepRate(1, 0.27, Balance.BALANCE_GLOBAL));
        curricula.accept("curriculum/chance", Policies.random(1, 0.27, 5));

        // When
        pipe(0, 300);

        // Then
        assertThat(read("test.curriculum.balanced")).hasSizeBetween(71, 91);
        assertThat(read("test.curriculum.global")).hasSizeBetween(71, 91);
        assertThat(read("test.curriculum.chance")).hasSizeBetween(50, 115);
        assertThat(ruleReports.reports().get("balanced").thresholds()).hasSize(TeacherOutputs.CLASSES);
        assertThat(ruleReports.reports().get("global").warm()).isEqualTo(1);
        assertThat(ruleReports.reports().get("global").thresholds()).hasSize(1);
    }

    @Test
    void shouldTakeOverANewGenerationWithTheNextRecord() throws Exception {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        pipe(0, 10);

        // When
        curricula.accept("curriculum/a", Policies.threshold(2, 50));
        pipe(10, 10);

        // Then
        List<Long> generations = new ArrayList<>();
        for (var record : read("test.curriculum.a")) {
            generations.add(
                    CurriculumRecord.parseFrom(record.value()).getSelected().getPolicyGeneration());
        }
        assertThat(generations.subList(0, 10)).containsOnly(1L);
        assertThat(generations.subList(10, 20)).containsOnly(2L);
    }

    @Test
    void shouldShowANewCurriculumOnlyWhatComesLater() throws Exception {
        // Given
        curricula.accept("curriculum/first", Policies.threshold(1, 100));
        pipe(0, 5);

        // When
        curricula.accept("curriculum/second", Policies.threshold(1, 100));
        pipe(5, 5);

        // Then
        assertThat(ids("test.curriculum.first")).hasSize(10);
        assertThat(ids("test.curriculum.second")).containsExactly("s-0-5", "s-0-6", "s-0-7", "s-0-8", "s-0-9");
    }

    @Test
    void shouldStopServingACurriculumThatWasRemoved() {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        pipe(0, 5);

        // When
        curricula.reconcile(Map.of());
        pipe(5, 5);

        // Then
        assertThat(read("test.curriculum.a")).hasSize(5);
    }

    @Test
    void shouldPassTheEndOnToEveryCurriculumBehindTheDecisions() throws Exception {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        curricula.accept("curriculum/b", Policies.threshold(1, 0));
        pipe(0, 3);

        // When
        pipe(TeacherOutputs.end("unused", 0, 4));

        // Then
        List<TestRecord<byte[], byte[]>> all = read("test.curriculum.a");
        assertThat(all).hasSize(4);
        var end = CurriculumRecord.parseFrom(all.get(3).value()).getEndOfStream();
        assertThat(end.getSourcePartition()).isZero();
        assertThat(end.getPartitions()).isEqualTo(4);
        List<TestRecord<byte[], byte[]>> none = read("test.curriculum.b");
        assertThat(none).hasSize(1);
        assertThat(CurriculumRecord.parseFrom(none.get(0).value()).hasEndOfStream())
                .isTrue();
    }

    @Test
    void shouldUseHalfPrecisionLogits() throws Exception {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        TeacherOutput output = TeacherOutputs.output(0, 1)
                .setEncoding(VectorEncoding.VECTOR_ENCODING_FLOAT16)
                .setLogits(io.wildstream.contracts.Vectors.packFloat16(new float[] {0.5f, -2, 8}, 0, 3))
                .build();

        // When
        input.pipeInput(null, output.toByteArray());

        // Then
        SelectedSample selected = CurriculumRecord.parseFrom(
                        read("test.curriculum.a").get(0).value())
                .getSelected();
        assertThat(selected.getPseudoLabel()).isEqualTo(2);
        assertThat(selected.getNoiseValue()).isCloseTo(Math.log1p(Math.exp(-7.5) + Math.exp(-10)), within(1e-12));
    }

    @Test
    void shouldCountWhatItDoes() {
        // Given
        curricula.accept("curriculum/a", Policies.random(1, 0.5, 1));

        // When
        pipe(0, 100);

        // Then
        double kept = registry.get(SelectorMetrics.DECISIONS)
                .tag("decision", "kept")
                .counter()
                .count();
        double notKept = registry.get(SelectorMetrics.DECISIONS)
                .tag("decision", "not_kept")
                .counter()
                .count();
        assertThat(kept).isEqualTo(read("test.curriculum.a").size()).isPositive();
        assertThat(kept + notKept).isEqualTo(100);
        assertThat(registry.get(SelectorMetrics.RECORDS).counter().count()).isEqualTo(100);
        assertThat(registry.get(SelectorMetrics.NOISE_VALUE).summary().count()).isEqualTo(100);
        assertThat(registry.get(SelectorMetrics.STEPS)
                        .tag("step", "read")
                        .timer()
                        .count())
                .isPositive();
    }

    @Test
    void shouldWriteAnEventWhenTheStreamChanges() throws Exception {
        // Given
        curricula.accept("curriculum/a", Policies.random(1, 0.5, 1));
        TeacherOutput like = TeacherOutputs.output(0, 0).clearFeatures().build();

        // When
        for (int offset = 0; offset < 1400; offset++) {
            float margin = offset < 700 ? 7f : 0.01f * (offset % 7);
            byte[] value = TeacherOutputs.withLogits(like.toBuilder(), margin, 0f)
                    .build()
                    .toByteArray();
            input.pipeInput(null, value);
        }

        // Then
        DriftEvent event = DriftEvent.parseFrom(read(TOPICS.events()).get(0).value());
        assertThat(event.getSignal()).isEqualTo(DriftEvent.Signal.SIGNAL_NOISE_VALUE);
        assertThat(event.getOffset()).isBetween(700L, 1400L);
        assertThat(event.getAfter()).isGreaterThan(event.getBefore());
        assertThat(ruleReports.lastDrift()).isNotNull();
        assertThat(registry.get(SelectorMetrics.DRIFTS)
                        .tag("signal", "noise_value")
                        .counter()
                        .count())
                .isPositive();
    }
}
