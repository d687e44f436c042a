// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.ArgumentException;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.engine.ModelDescription;
import io.wildstream.lab.terminal.Screen;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadTest {

    @TempDir
    Path directory;

    @Test
    void hasAPolicyOfTheSettingsForEachCurriculum() {
        // Given
        Workload workload = TestWorkloads.workload(List.of("random", "dfnd"), null);

        // When
        Map<String, SelectionPolicy> policies = workload.policies();

        // Then
        assertThat(policies.keySet()).containsExactly("random", "dfnd");
        assertThat(policies.get("random").getRandom().getRate()).isEqualTo(0.2);
        assertThat(policies.get("random").getRandom().getSeed()).isEqualTo(7);
        assertThat(policies.get("dfnd").getKeepRate().getRate()).isEqualTo(0.2);
    }

    @Test
    void streamsItsMixtureFromTheBeginningEachTime() {
        // Given
        Workload workload = TestWorkloads.workload(List.of("dfnd"), null);
        List<Sample> first = new ArrayList<>();
        List<Sample> second = new ArrayList<>();

        // When
        workload.samples().forEachRemaining(first::add);
        workload.samples().forEachRemaining(second::add);

        // Then
        assertThat(first).hasSize(300).isEqualTo(second);
        assertThat(first.get(17)).isEqualTo(workload.mixture().entry(17).sample());
    }

    @Test
    void takesAReadyTeacherAsItIs() {
        // Given
        Workload workload = TestWorkloads.workload(List.of("dfnd"), null);
        StringWriter written = new StringWriter();

        // When
        TeacherCache.Teacher teacher =
                workload.teacher(new Home(directory.resolve("home")), new Screen(new PrintWriter(written), false, 80));

        // Then
        assertThat(teacher.trainedNow()).isFalse();
        assertThat(teacher.name()).isEqualTo("lenet5-1x28-10");
        assertThat(teacher.description().classCount()).isEqualTo(10);
        assertThat(teacher.measured()).isBetween(0.0, 1.0);
        assertThat(written.toString())
                .contains("teacher     measuring lenet5-1x28-10 on 20 test images")
                .contains(String.format(Locale.ROOT, "accuracy %.2f %% measured", 100 * teacher.measured()));
    }

    @Test
    void asksForTheAccuracyOfAReadyTeacher() {
        // Given
        Workload plain = TestWorkloads.workload(List.of("dfnd"), null);
        Workload workload = new Workload(
                plain.settings(),
                plain.mixture(),
                plain.teacherArchitecture(),
                plain.student(),
                plain.spec().toBuilder()
                        .addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.getDefaultInstance()))
                        .build());
        plain.requireTeachersAccuracy();

        // When // Then
        assertThatThrownBy(workload::requireTeachersAccuracy)
                .isInstanceOf(ArgumentException.class)
                .hasMessageContaining("model.json: accuracy is missing")
                .hasMessageContaining("\"accuracy\": 0.9");
    }

    @Test
    void saysWhenAModelDescriptionPromisesMoreThanTheTestImagesGive() throws IOException {
        // Given an untrained network whose description says 99 %
        Path boastful = Files.createDirectory(directory.resolve("boastful"));
        Files.copy(TestWorkloads.LENET.resolve("model.pt"), boastful.resolve("model.pt"));
        ModelDescription plain = ModelDescription.read(TestWorkloads.LENET);
        new ModelDescription(
                        "boastful",
                        plain.input(),
                        plain.classes(),
                        plain.mean(),
                        plain.std(),
                        plain.featureSize(),
                        plain.digest(),
                        0.99,
                        List.of(),
                        List.of(),
                        null,
                        null)
                .write(boastful);
        StringWriter written = new StringWriter();

        // When
        TeacherCache.Teacher teacher =
                TeacherCache.ready(boastful, TestWorkloads.mixture(), new Screen(new PrintWriter(written), false, 80));

        // Then
        assertThat(teacher.measured()).isLessThan(0.9);
        assertThat(teacher.bestKnownAccuracy()).isEqualTo(teacher.measured());
        assertThat(written.toString())
                .contains("99.00 % by its model.json; correct that file: Q begins with its figures");
    }

    @Test
    void namesTheStoreOfTeacherAndStudentOnceWhenItIsTheSame() {
        // Given
        Workload workload = TestWorkloads.workload(List.of("dfnd"), null);
        TeacherCache.Teacher beside = new TeacherCache.Teacher(
                directory.resolve("teachers/mine"),
                workload.teacher(new Home(directory), new Screen(new PrintWriter(new StringWriter()), false, 80))
                        .description(),
                true,
                null);
        TeacherCache.Teacher same = new TeacherCache.Teacher(TestWorkloads.LENET, beside.description(), false, null);

        // When // Then
        assertThat(workload.stores(same))
                .containsExactly(TestWorkloads.LENET.toAbsolutePath().getParent());
        assertThat(workload.stores(beside))
                .containsExactly(
                        directory.resolve("teachers").toAbsolutePath(),
                        TestWorkloads.LENET.toAbsolutePath().getParent());
    }

    @Test
    void asksForABuildBeforeItLooksAtImages() {
        // Given
        Installation nothing = new Installation(directory);

        // When // Then
        assertThatThrownBy(() ->
                        Workload.of(TestWorkloads.settings(List.of("dfnd"), null), TestWorkloads.mixture(), nothing))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("is missing: build it with './mvnw -Dquick package'");
    }
}
