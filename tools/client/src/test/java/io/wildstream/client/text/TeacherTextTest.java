// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.Teacher;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.TeacherSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeacherTextTest {

    @Test
    void showsWhatWasAskedForAndWhatAnswers() {
        // Given
        Teacher teacher = Teacher.newBuilder()
                .setSpec(TeacherSpec.newBuilder().setModel("vgg").setOmitFeatures(true))
                .setGeneration(3)
                .setAnswering(1)
                .addInstances(Teacher.Instance.newBuilder()
                        .setInstance("teacher-0")
                        .setTeacher(TeacherReference.newBuilder()
                                .setName("vgg")
                                .setDigest("ab".repeat(32))
                                .setGeneration(3))
                        .setOmitsFeatures(true))
                .addInstances(Teacher.Instance.newBuilder().setInstance("teacher-1"))
                .addProblems("teacher-1: no\u001b[2Jthing")
                .build();

        // When
        List<String> lines = TeacherText.lines(teacher);

        // Then
        assertThat(lines)
                .containsExactly(
                        "asked for: vgg without features, generation 3",
                        "instance       model                    digest         generation  sends",
                        "teacher-0      vgg                      abababababab            3  norms",
                        "teacher-1      none",
                        "1 of 2 live instances answer with it",
                        "problem: teacher-1: no?[2Jthing");
    }

    @Test
    void saysThatNoTeacherLives() {
        // When
        List<String> lines = TeacherText.lines(Teacher.getDefaultInstance());

        // Then
        assertThat(lines)
                .contains(
                        "asked for: the configured model (wildstream.teacher.model), generation 0",
                        "no teacher is alive: the next one to start loads it");
    }
}
