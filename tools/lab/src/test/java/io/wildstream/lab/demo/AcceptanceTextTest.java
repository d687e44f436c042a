// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.client.proof.AnswerCount;
import io.wildstream.client.proof.CurriculumProof;
import io.wildstream.client.proof.StreamProof;
import io.wildstream.client.proof.TrainedProof;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.StudentStatus;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AcceptanceTextTest {

    private static final AnswerCount GOOD = new AnswerCount(4000, 0, 0, 0);

    @Test
    void showsWhatEachStageProved() {
        // Given
        StreamProof proof = proof(new TrainedProof(1600, 1600, 0, 0, 3, 150, true, "ab".repeat(32)));
        PipelineStatus status = PipelineStatus.newBuilder()
                .addStudents(StudentStatus.newBuilder().setStudent("dfnd").setAgreement(0.875))
                .build();

        // When
        var lines = AcceptanceText.lines(new Acceptance.Outcome(status, proof));

        // Then
        assertThat(lines)
                .containsExactly(
                        "samples     4,001 stored, 4,000 different; 1 dead letters",
                        "teacher     4,000 answered, 0 missing, 0 repeated, 0 strays",
                        "curriculum  dfnd: 1,600 kept, 0 repeated; 4,000 decided, 0 missing, 0 repeated",
                        "student     dfnd: 1,600 of 1,600 learned, 0 missing, 0 repeated; 150 steps, 3 checkpoints,"
                                + " weights abababababab",
                        "agreement   dfnd: 87.5 % with the teacher",
                        "proof       holds");
    }

    @Test
    void showsThatAProofDoesNotHold() {
        // Given
        StreamProof proof = proof(new TrainedProof(1600, 1599, 1, 0, 3, 150, true, ""));

        // When
        var lines = AcceptanceText.lines(new Acceptance.Outcome(PipelineStatus.getDefaultInstance(), proof));

        // Then
        assertThat(lines).contains("proof       does not hold").anyMatch(line -> line.endsWith("weights none"));
    }

    private static StreamProof proof(TrainedProof student) {
        return new StreamProof(
                4001, 4000, 1, GOOD, Map.of("dfnd", new CurriculumProof(1600, 0, GOOD)), Map.of("dfnd", student));
    }
}
