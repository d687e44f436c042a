// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.curriculum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TwoPassPolicy;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selector.Policies;
import io.wildstream.selector.TeacherOutputs;
import io.wildstream.selector.input.TeacherOutputReader;
import io.wildstream.selector.input.TeacherOutputReader.Output;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurriculumTest {

    @ParameterizedTest
    @CsvSource({"1000, 250", "999, 250", "500, 125", "2, 1", "1, 0", "0, 0"})
    void shouldKeepAProportionalPartOfAPartOfAWindow(int samples, long kept) {
        // Given
        Curriculum curriculum = curriculum(Policies.topNWindow(1, 1000, 250).getSelectionPolicy());

        // When // Then
        assertThat(curriculum.keepOf(samples)).isEqualTo(kept);
    }

    @Test
    void shouldKeepTheNumberOrTheShareThatTwoPassNames() {
        // Given
        Curriculum share = curriculum(Policies.twoPass(1, 0.3).getSelectionPolicy());
        Curriculum number = curriculum(SelectionPolicy.newBuilder()
                .setTwoPass(TwoPassPolicy.newBuilder().setKeep(77))
                .build());

        // When // Then
        assertThat(share.keepOf(1001)).isEqualTo(300);
        assertThat(number.keepOf(1001)).isEqualTo(77);
        assertThat(share.decidesOnArrival()).isFalse();
    }

    @Test
    void shouldSayWhichShareOfTheStreamAPolicyAsksFor() {
        // When // Then
        assertThat(curriculum(Policies.keepRate(1, 0.3, Balance.BALANCE_CLASS).getSelectionPolicy())
                        .askedRate())
                .hasValue(0.3);
        assertThat(curriculum(Policies.random(1, 0.4, 1).getSelectionPolicy()).askedRate())
                .hasValue(0.4);
        assertThat(curriculum(Policies.topNWindow(1, 1000, 250).getSelectionPolicy())
                        .askedRate())
                .hasValue(0.25);
        assertThat(curriculum(Policies.twoPass(1, 0.1).getSelectionPolicy()).askedRate())
                .hasValue(0.1);
        assertThat(curriculum(Policies.threshold(1, 0.5).getSelectionPolicy()).askedRate())
                .isEmpty();
    }

    @Test
    void shouldRankNothingWhereAPolicyDecidesOnArrival() {
        // Given
        Curriculum threshold = curriculum(Policies.threshold(1, 0.5).getSelectionPolicy());

        // When // Then
        assertThat(threshold.decidesOnArrival()).isTrue();
        assertThatThrownBy(() -> threshold.keepOf(10)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldRefuseAnInvalidNameOrPolicyWithTheFieldAndItsRange() {
        // Given
        SelectionPolicy valid = Policies.threshold(1, 0.5).getSelectionPolicy();
        SelectionPolicy negative = Policies.threshold(1, -1).getSelectionPolicy();

        // When // Then
        assertThatThrownBy(() -> new Curriculum("no spaces", 1, valid)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Curriculum("main", 1, SelectionPolicy.getDefaultInstance()))
                .hasMessageStartingWith("the policy is empty: set ");
        assertThatThrownBy(() -> new Curriculum("main", 1, negative))
                .hasMessageStartingWith("threshold.max_noise_value is -1.0: it must be ");
    }

    @Test
    void shouldWriteASelectedSampleAroundTheBytesOfTheTeacher() throws Exception {
        // Given
        TeacherOutput message = TeacherOutputs.output(2, 5).build();
        byte[] bytes = message.toByteArray();
        ScoredSample scored = new ScoredSample(2, 5, 0.125, 7, 10).withScore(0.5);

        // When
        byte[] entry = CurriculumEntries.selected(new byte[][] {bytes}, scored, 0.75, 300);

        // Then
        SelectedSample selected = CurriculumRecord.parseFrom(entry).getSelected();
        assertThat(selected)
                .isEqualTo(SelectedSample.newBuilder()
                        .setTeacherOutput(message)
                        .setNoiseValue(0.125)
                        .setPseudoLabel(7)
                        .setThreshold(0.75)
                        .setPolicyGeneration(300)
                        .setScore(0.5)
                        .build());
        assertThat(new String(entry, java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Test
    void shouldWriteARejectionWithoutThePayload() throws Exception {
        // Given
        Curriculum curriculum =
                new Curriculum("strict", 4, Policies.threshold(4, 0.01).getSelectionPolicy());
        byte[] bytes = TeacherOutputs.output(1, 9).build().toByteArray();
        Output output = (Output) TeacherOutputReader.output(bytes);
        ScoredSample scored = curriculum.score(output);

        // When
        byte[] rejected = CurriculumEntries.notKept(curriculum, output, scored, 0.01);

        // Then
        RejectedSample sample = RejectedSample.parseFrom(rejected);
        assertThat(sample.getCurriculum()).isEqualTo("strict");
        assertThat(sample.getPolicyGeneration()).isEqualTo(4);
        assertThat(sample.getSampleId()).isEqualTo(TeacherOutputs.id(1, 9));
        assertThat(sample.getPosition().getOffset()).isEqualTo(9);
        assertThat(sample.getNoiseValue()).isEqualTo(scored.noiseValue());
        assertThat(sample.getThreshold()).isEqualTo(0.01);
        assertThat(rejected.length).isLessThan(200);
    }

    @Test
    void shouldWriteAnEndMarker() throws Exception {
        // Given
        EndOfStream end =
                EndOfStream.newBuilder().setSourcePartition(3).setPartitions(4).build();

        // When // Then
        assertThat(CurriculumRecord.parseFrom(CurriculumEntries.end(end)).getEndOfStream())
                .isEqualTo(end);
    }

    private static Curriculum curriculum(SelectionPolicy policy) {
        return new Curriculum("main", 1, policy);
    }
}
