// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.OffsetRange;
import io.wildstream.contracts.v1.SkipRule;
import io.wildstream.contracts.v1.StudentExplanation;
import io.wildstream.contracts.v1.TrainingSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationTextTest {

    @Test
    void showsWhatMadeAStudentWhatItIs() {
        // Given
        StudentExplanation why = StudentExplanation.newBuilder()
                .setCheckpoint(CheckpointManifest.newBuilder()
                        .setStudent("dfnd")
                        .setCurriculum("dfnd")
                        .setStep(1500)
                        .setNextOffset(2001)
                        .setWeightsSha256("abc")
                        .setSpec(TrainingSpec.newBuilder()
                                .addAllClassNames(List.of("tench", "crane", "owl", "cr\u001bane")))
                        .addSkips(SkipRule.newBuilder()
                                .setFromStep(1000)
                                .addOffsets(OffsetRange.newBuilder().setFirst(3).setLast(7))
                                .addSources("cam\u001b[2J")))
                .setStartOffset(-1)
                .setLearned(1990)
                .setSkipped(8)
                .setRefused(2)
                .addSpecs(StudentExplanation.Spec.newBuilder()
                        .setGeneration(1)
                        .setOffset(0)
                        .setSpec(TrainingSpec.newBuilder().setSeed(7).setStudentModel("lenet5")))
                .putTeachers("vgg:12", 1990)
                .putPrecomputed("", 3)
                .putPrecomputed("product\u001bion", 1200)
                .addSources(StudentExplanation.Source.newBuilder()
                        .setSource("mnist")
                        .setLearned(1500)
                        .setSkipped(8)
                        .setMeanNoiseValue(0.25)
                        .setMaxNoiseValue(0.5)
                        .setFirstOffset(1)
                        .setLastOffset(1999))
                .addSources(StudentExplanation.Source.newBuilder().setLearned(490))
                .addPseudoLabels(StudentExplanation.PseudoLabel.newBuilder()
                        .setPseudoLabel(3)
                        .setLearned(200)
                        .setMaxNoiseValue(0.5)
                        .setMinThreshold(0.4)
                        .setMaxThreshold(0.6))
                .build();

        // When
        List<String> lines = ExplanationText.lines(why);

        // Then
        assertThat(lines)
                .startsWith(
                        "student     dfnd, step 1,500, weights abc",
                        "curriculum  dfnd, offsets 0 to 2,000: 1,990 learned, 8 skipped, 2 refused",
                        "spec        generation 1 at offset 0: seed 7, lenet5",
                        "skips       from step 1,000: offsets 3-7 source cam?[2J",
                        "teacher     vgg:12: 1,990 samples",
                        "            3 samples came with their outputs, sent by unnamed writers of the topic",
                        "            1,200 samples came with their outputs, sent by product?ion",
                        "");
        assertThat(lines.stream().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "mnist 1,500 8 0.2500 0.5000 1-1,999",
                        "(others) 490 0 0.000 0.000 0-0",
                        "3 cr?ane 200 0.5000 0.4000 to 0.6000");
    }
}
