// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.TeacherOutput;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** Outputs without their samples: curricula hold them all the same. */
class LightOutputsTest extends SelectorFixture {

    private static final String DEAD_LETTERS = TOPICS.deadLetters(Stage.SELECTOR);

    @Test
    void aCurriculumHoldsTheWholeOutputs() throws Exception {
        // Given
        curricula.accept("curriculum/balanced", Policies.keepRate(1, 0.27, Balance.BALANCE_UNSPECIFIED));
        curricula.accept("curriculum/chance", Policies.random(1, 0.27, 5));
        List<TeacherOutput> whole = new ArrayList<>();

        // When
        for (long offset = 0; offset < 300; offset++) {
            TeacherOutput output = TeacherOutputs.output(0, offset).build();
            whole.add(output);
            pipe(TeacherOutputs.record("unused", offset % 3 == 0 ? output : samples.store(output)));
        }

        // Then
        for (String curriculum : List.of("test.curriculum.balanced", "test.curriculum.chance")) {
            List<TestRecord<byte[], byte[]>> records = read(curriculum);
            assertThat(records).hasSizeBetween(50, 115);
            for (var record : records) {
                TeacherOutput kept =
                        CurriculumRecord.parseFrom(record.value()).getSelected().getTeacherOutput();
                assertThat(kept).isEqualTo(whole.get((int) kept.getPosition().getOffset()));
                assertThat(record.key()).isEqualTo(kept.getSample().getIdBytes().toByteArray());
            }
        }
        assertThat(samples.asked).isLessThan(200);
    }

    @Test
    void aDecisionNotToKeepNeedsNoPayload() throws Exception {
        // Given
        curricula.accept("curriculum/none", Policies.threshold(1, 0));

        // When
        pipe(TeacherOutputs.record(
                "unused",
                samples.store(TeacherOutputs.withLogits(TeacherOutputs.output(0, 7), 1f, 1f)
                        .build())));

        // Then
        RejectedSample rejected =
                RejectedSample.parseFrom(read(TOPICS.rejected()).get(0).value());
        assertThat(rejected.getSampleId()).isEqualTo(TeacherOutputs.id(0, 7));
        assertThat(rejected.getSource()).isEqualTo("test");
        assertThat(samples.asked).isZero();
    }

    @Test
    void aLostSampleIsOneDeadLetterHoweverManyCurriculaKeepIt() throws Exception {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        curricula.accept("curriculum/b", Policies.threshold(1, 100));

        // When
        pipe(TeacherOutputs.record(
                "unused", MemorySamples.light(TeacherOutputs.output(0, 0).build())));
        pipe(TeacherOutputs.record(
                "unused", samples.store(TeacherOutputs.output(0, 1).build())));

        // Then
        assertThat(read(DEAD_LETTERS)).singleElement().satisfies(letter -> {
            assertThat(text(letter, DeadLetters.REASON)).isEqualTo("sample_expired");
            assertThat(text(letter, DeadLetters.OFFSET)).isEqualTo("0");
            assertThat(text(letter, DeadLetters.DETAIL)).startsWith("curriculum 'a' keeps the sample, but ");
        });
        assertThat(ids("test.curriculum.a")).containsExactly(TeacherOutputs.id(0, 1));
        assertThat(ids("test.curriculum.b")).containsExactly(TeacherOutputs.id(0, 1));
    }

    @Test
    void whatIsTooLargeWithItsPayloadIsADeadLetter() {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        TeacherOutput.Builder large = TeacherOutputs.output(0, 0);
        large.getSampleBuilder().setPayload(ByteString.copyFrom(new byte[Topics.MAX_MESSAGE_BYTES - 2000]));

        // When
        pipe(TeacherOutputs.record("unused", samples.store(large.build())));

        // Then
        assertThat(read(DEAD_LETTERS))
                .singleElement()
                .satisfies(
                        letter -> assertThat(text(letter, DeadLetters.REASON)).isEqualTo("too_large"));
        assertThat(read("test.curriculum.a")).isEmpty();
    }

    @Test
    void anOutputWithSampleAndHeadIsMalformed() {
        // Given
        curricula.accept("curriculum/a", Policies.threshold(1, 100));
        TeacherOutput.Builder both = TeacherOutputs.output(0, 0);
        both.getHeadBuilder().setId("other");

        // When
        pipe(TeacherOutputs.record("unused", both.build()));

        // Then
        assertThat(read(DEAD_LETTERS))
                .singleElement()
                .satisfies(
                        letter -> assertThat(text(letter, DeadLetters.REASON)).isEqualTo("malformed"));
    }

    private static String text(TestRecord<byte[], byte[]> letter, String name) {
        Headers headers = letter.headers();
        return CloudEvents.text(headers, name);
    }
}
