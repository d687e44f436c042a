// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.selection.RuleState;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selection.Selection;
import io.wildstream.selection.SelectionDecision;
import io.wildstream.selector.Policies;
import io.wildstream.selector.TeacherOutputs;
import io.wildstream.selector.curriculum.Curricula;
import io.wildstream.selector.curriculum.Curriculum;
import io.wildstream.selector.curriculum.CurriculumEntries;
import io.wildstream.selector.input.TeacherOutputReader.End;
import io.wildstream.selector.input.TeacherOutputReader.Output;
import io.wildstream.selector.input.TeacherOutputReader.Reading;
import io.wildstream.selector.input.TeacherOutputReader.Refused;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every record of {@code teacher-outputs} is scored and decided by every rule, and what is kept of it can be read from the curriculum
 * again; or it is refused with a reason. Every policy is put in force or refused in words.
 *
 * <p>Input: one byte that picks the reader (teacher output, end marker, control record), then the value.
 */
class TeacherOutputFuzzTest {

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyRecordIsDecidedOrRefused(byte[] input) throws InvalidProtocolBufferException {
        if (input.length == 0) {
            return;
        }
        byte[] value = Arrays.copyOfRange(input, 1, input.length);
        switch (Math.floorMod(input[0], 3)) {
            case 0 -> check(value, TeacherOutputReader.output(value));
            case 1 -> check(value, TeacherOutputReader.end(value, 1));
            default -> follow(value);
        }
    }

    private static void check(byte[] value, Reading reading) throws InvalidProtocolBufferException {
        if (reading instanceof Refused refused) {
            assertThat(refused.detail()).isNotBlank();
        } else if (reading instanceof End end) {
            assertThat(end.message().getSourcePartition()).isEqualTo(1);
            assertThat(CurriculumRecord.parseFrom(CurriculumEntries.end(end.message()))
                            .getEndOfStream())
                    .isEqualTo(end.message());
        } else if (reading instanceof Output output) {
            decide(value, output);
        }
    }

    private static void decide(byte[] value, Output output) throws InvalidProtocolBufferException {
        ScoredSample scored = output.scored().sample();
        assertThat(scored.noiseValue()).isBetween(0.0, Math.log(scored.classes()) + 1e-9);
        assertThat(scored.pseudoLabel()).isBetween(0, scored.classes() - 1);
        for (Curriculum curriculum : curricula()) {
            Selection rule = curriculum.selection(new InMemoryRuleState());
            SelectionDecision decision = rule.decide(scored);
            rule.report();
            double threshold = decision.threshold();
            byte[] entry = CurriculumEntries.selected(new byte[][] {value}, scored, threshold, curriculum.generation());
            SelectedSample selected = parse(entry);
            if (selected != null) {
                assertThat(selected.getTeacherOutput()).isEqualTo(output.message());
                assertThat(selected.getPseudoLabel()).isEqualTo(scored.pseudoLabel());
            }
            RejectedSample rejected =
                    RejectedSample.parseFrom(CurriculumEntries.notKept(curriculum, output, scored, threshold));
            assertThat(rejected.getNoiseValue()).isEqualTo(scored.noiseValue());
        }
    }

    /** Null for a value that is nested as deeply as a parser goes: two levels further down it cannot be read, and trainers say so. */
    private static SelectedSample parse(byte[] entry) throws InvalidProtocolBufferException {
        try {
            return CurriculumRecord.parseFrom(entry).getSelected();
        } catch (InvalidProtocolBufferException e) {
            if (String.valueOf(e.getMessage()).contains("too many levels of nesting")) {
                return null;
            }
            throw e;
        }
    }

    private static void follow(byte[] value) {
        ControlRecord record;
        try {
            record = ControlRecord.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        Curricula curricula = new Curricula(name -> {});
        curricula.accept("curriculum/main", record);
        if (curricula.current().isEmpty()) {
            assertThat(curricula.problem()).startsWith("curriculum 'main' generation ");
            return;
        }
        Selection rule = curricula.current().get("main").selection(new InMemoryRuleState());
        for (int offset = 0; offset < 3; offset++) {
            assertThat(rule.decide(new ScoredSample(0, offset, 0.5, 1, 10))).isNotNull();
        }
        assertThat(rule.report()).isNotNull();
    }

    private static List<Curriculum> curricula() {
        return List.of(
                new Curriculum("a", 1, Policies.threshold(1, 0.5).getSelectionPolicy()),
                new Curriculum(
                        "b",
                        1,
                        Policies.keepRate(1, 0.3, Balance.BALANCE_UNSPECIFIED).getSelectionPolicy()),
                new Curriculum(
                        "c",
                        1,
                        Policies.keepRate(1, 0.3, Balance.BALANCE_GLOBAL).getSelectionPolicy()),
                new Curriculum("d", 1, Policies.random(1, 0.5, 3).getSelectionPolicy()));
    }

    static Stream<byte[]> seeds() {
        byte[] half = TeacherOutputs.output(0, 3)
                .setEncoding(VectorEncoding.VECTOR_ENCODING_FLOAT16)
                .clearFeatures()
                .build()
                .toByteArray();
        byte[] end = EndOfStream.newBuilder()
                .setSourcePartition(1)
                .setPartitions(4)
                .build()
                .toByteArray();
        return Stream.of(
                seed(0, small(1, 3, 2)),
                seed(0, small(Float.NaN, 1)),
                seed(0, half),
                seed(0, "garbage".getBytes(UTF_8)),
                seed(1, end),
                seed(2, Policies.threshold(4, 1.5).toByteArray()),
                seed(2, Policies.keepRate(1, 0.27, Balance.BALANCE_GLOBAL).toByteArray()),
                seed(2, Policies.keepRate(1, 7, Balance.BALANCE_CLASS).toByteArray()),
                seed(2, Policies.random(1, 0.27, 5).toByteArray()));
    }

    private static byte[] small(float... logits) {
        var output =
                TeacherOutputs.withLogits(TeacherOutputs.output(1, 7), logits).clearFeatures();
        output.getSampleBuilder().setPayload(com.google.protobuf.ByteString.copyFromUtf8("pixels"));
        return output.build().toByteArray();
    }

    private static byte[] seed(int first, byte[] rest) {
        byte[] all = new byte[rest.length + 1];
        all[0] = (byte) first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    /** A rule's state in a map. */
    private static final class InMemoryRuleState implements RuleState {

        private final Map<ByteBuffer, byte[]> values = new HashMap<>();

        @Override
        public void put(byte[] key, byte[] value) {
            values.put(ByteBuffer.wrap(key), value);
        }

        @Override
        public void delete(byte[] key) {
            values.remove(ByteBuffer.wrap(key));
        }

        @Override
        public void forEach(BiConsumer<byte[], byte[]> visitor) {
            values.forEach((key, value) -> visitor.accept(key.array(), value));
        }
    }
}
