// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.FitNetLoss;
import io.wildstream.contracts.v1.GetStudentRequest;
import io.wildstream.contracts.v1.KdFnForm;
import io.wildstream.contracts.v1.KdFnLoss;
import io.wildstream.contracts.v1.ListStudentsRequest;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.Student;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.StudentServiceGrpc.StudentServiceBlockingStub;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.TeacherStatus;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.TrainingSpecChange;
import io.wildstream.contracts.v1.UpdateTrainingSpecRequest;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Service;
import io.wildstream.gateway.testkit.TestStudents;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Making students and changing what they learn by. */
@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class StudentsTest {

    private static final String DIGEST = "ab".repeat(32);
    private static final String PREPROCESSING = "{\"colour\": \"L\"}";

    @Inject
    ClusterState state;

    private Door door;
    private StudentServiceBlockingStub students;
    private TestStudents pupils;

    @BeforeEach
    void open() {
        door = new Door();
        students = StudentServiceGrpc.newBlockingStub(door.channel());
        pupils = new TestStudents(door);
    }

    @AfterEach
    void close() {
        door.close();
        await().until(() -> state.live(ServiceKind.SERVICE_KIND_TEACHER).isEmpty());
    }

    @Test
    void createsAStudentWithEverythingResolved() throws Exception {
        // Given
        pupils.curriculum("created");
        try (Service teacher =
                teacher(TeacherStatus.newBuilder().addClassAccuracy(0.9).addClassAccuracy(1.0))) {

            // When
            Student student = pupils.create("s-created", "created", TestStudents.SPEC);

            // Then
            TrainingSpec spec = student.getSpec();
            assertThat(spec.getGeneration()).isEqualTo(1);
            assertThat(spec.getStartOffset()).isZero();
            assertThat(spec.getTeacherDigest()).isEqualTo(DIGEST);
            assertThat(spec.getNormalisation()).isEqualTo(TestStudents.NORMALISATION);
            assertThat(spec.getPreprocessing()).isEqualTo(PREPROCESSING);
            assertThat(spec.getClassNamesList()).containsExactly("a", "b");
            assertThat(spec.getBatchSize()).isEqualTo(128);
            assertThat(spec.getTerms(0).getDfnd().getQDiagonalList()).containsExactly(0.9, 0.999);
            assertThat(changes("created"))
                    .containsExactly(TrainingSpecChange.newBuilder()
                            .setStudent("s-created")
                            .setSpec(spec)
                            .build());
            assertThat(students.getStudent(GetStudentRequest.newBuilder()
                            .setStudent("s-created")
                            .build()))
                    .isEqualTo(student);
            assertThat(students.listStudents(ListStudentsRequest.getDefaultInstance())
                            .getStudentsList())
                    .contains(student);
            assertThat(Door.code(() -> pupils.create("s-created", "created", TestStudents.SPEC)))
                    .isEqualTo(Status.Code.ALREADY_EXISTS);
        }
    }

    @Test
    void appendsALaterSpecOnce() throws Exception {
        // Given
        pupils.curriculum("updated");
        try (Service teacher = teacher(TeacherStatus.newBuilder().setAccuracy(0.0))) {
            pupils.create("s-updated", "updated", TestStudents.SPEC);
            UpdateTrainingSpecRequest request = UpdateTrainingSpecRequest.newBuilder()
                    .setStudent("s-updated")
                    .setSpec(TrainingSpec.newBuilder().setMaxSteps(2000))
                    .build();

            // When
            Student student = students.updateTrainingSpec(request);
            Student again = students.updateTrainingSpec(request);

            // Then
            assertThat(student.getSpec().getGeneration()).isEqualTo(2);
            assertThat(student.getSpec().getMaxSteps()).isEqualTo(2000);
            assertThat(student.getSpec().getStudentModel()).isEqualTo("lenet5-1x28-10");
            assertThat(student.getSpec().getTerms(0).getDfnd().getQDiagonalList())
                    .containsExactly(0.01);
            assertThat(again).isEqualTo(student);
            assertThat(changes("updated").stream()
                            .map(change -> change.getSpec().getGeneration()))
                    .containsExactly(1L, 2L);
        }
    }

    @Test
    void refusesToChangeWhatTheWeightsAreTiedTo() {
        // Given
        pupils.curriculum("tied");
        pupils.create("s-tied", "tied", TestStudents.self());

        // When
        StatusRuntimeException failure =
                Door.failure(() -> students.updateTrainingSpec(UpdateTrainingSpecRequest.newBuilder()
                        .setStudent("s-tied")
                        .setSpec(TestStudents.self().toBuilder()
                                .setStudentModel("resnet8-3x32-10")
                                .setStartOffset(7))
                        .build()));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Door.fields(failure)).containsExactly("spec.student_model", "spec.start_offset");
    }

    @Test
    void resolvesWhatTermsNeedOfTheTeachersFeatures() throws Exception {
        // Given
        pupils.curriculum("features");
        TrainingSpec spec = TestStudents.SPEC.toBuilder()
                .addTerms(LossTerm.newBuilder().setFitnet(FitNetLoss.getDefaultInstance()))
                .addTerms(LossTerm.newBuilder().setKdFn(KdFnLoss.newBuilder().setForm(KdFnForm.KD_FN_FORM_CODE)))
                .build();
        TeacherStatus.Builder status = TeacherStatus.newBuilder()
                .setFeatureSize(84)
                .addClassifierBias(0.5)
                .addClassifierBias(-0.5);
        try (Service teacher = teacher(status.clone())) {

            // When
            TrainingSpec resolved =
                    pupils.create("s-features", "features", spec).getSpec();

            // Then
            assertThat(resolved.getTeacherFeatureSize()).isEqualTo(84);
            assertThat(resolved.getTerms(1).getKdFn().getTeacherBiasList()).containsExactly(0.5, -0.5);
        }
        try (Service teacher = teacher(status.clone().setOmitsFeatures(true))) {
            StatusRuntimeException failure = Door.failure(() -> pupils.create("s-omitted", "features", spec));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(failure.getStatus().getDescription()).contains("omit_features");
        }
    }

    @Test
    void needsATeacherWhereASpecLeavesThingsOpen() {
        // Given
        pupils.curriculum("orphan");

        // When
        StatusRuntimeException failure = Door.failure(() -> pupils.create("s-orphan", "orphan", TestStudents.SPEC));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(pupils.create("s-self", "orphan", TestStudents.self())
                        .getSpec()
                        .getTerms(0)
                        .getDfnd()
                        .getQDiagonalList())
                .containsExactly(0.8);
    }

    @Test
    void needsTheTeachersAccuracy() {
        // Given
        pupils.curriculum("unknown-accuracy");
        try (Service teacher = teacher(TeacherStatus.newBuilder())) {

            // When
            StatusRuntimeException failure =
                    Door.failure(() -> pupils.create("s-unknown", "unknown-accuracy", TestStudents.SPEC));

            // Then
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(failure.getStatus().getDescription()).contains("model.json");
        }
    }

    @Test
    void beginsANewStudentAtTheEndWhenAsked() {
        // Given
        pupils.curriculum("late");
        pupils.create("s-early", "late", TestStudents.self());

        // When
        Student late = pupils.create(
                "s-late",
                "late",
                TestStudents.self().toBuilder().setStartOffset(-1).build());

        // Then
        assertThat(late.getSpec().getStartOffset()).isPositive();
        StatusRuntimeException failure = Door.failure(() -> pupils.create(
                "s-beyond",
                "late",
                TestStudents.self().toBuilder().setStartOffset(1000).build()));
        assertThat(Door.fields(failure)).containsExactly("spec.start_offset");
    }

    @ParameterizedTest
    @MethodSource
    void refusesBadFields(String student, String curriculum, TrainingSpec spec, String field) {
        // Given
        pupils.curriculum("fields");

        // When
        StatusRuntimeException failure = Door.failure(() -> pupils.create(student, curriculum, spec));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Door.fields(failure)).containsExactly(field);
    }

    static List<Arguments> refusesBadFields() {
        return List.of(
                Arguments.of("Bad Name", "fields", TestStudents.SPEC, "student"),
                Arguments.of("good", "Bad Name", TestStudents.SPEC, "curriculum"),
                Arguments.of("good", "fields", TrainingSpec.getDefaultInstance(), "spec.student_model"),
                Arguments.of(
                        "good",
                        "fields",
                        TestStudents.SPEC.toBuilder().setBatchSize(-1).build(),
                        "spec.batch_size"),
                Arguments.of(
                        "good",
                        "fields",
                        TestStudents.SPEC.toBuilder().setStartOffset(99).build(),
                        "spec.start_offset"));
    }

    @Test
    void needsASpecToUpdate() {
        // Given
        UpdateTrainingSpecRequest empty =
                UpdateTrainingSpecRequest.newBuilder().setStudent("any").build();

        // When
        StatusRuntimeException failure = Door.failure(() -> students.updateTrainingSpec(empty));

        // Then
        assertThat(Door.fields(failure)).containsExactly("spec");
    }

    private Service teacher(TeacherStatus.Builder accuracy) {
        TeacherStatus teacher = accuracy.setTeacher(TeacherReference.newBuilder()
                        .setName("t")
                        .setDigest(DIGEST)
                        .setGeneration(1))
                .addClasses("a")
                .addClasses("b")
                .setNormalisation(TestStudents.NORMALISATION)
                .setPreprocessing(PREPROCESSING)
                .build();
        Service service =
                new Service("teacher-0", ServiceKind.SERVICE_KIND_TEACHER, status -> status.setTeacher(teacher));
        await().until(() -> state.live(ServiceKind.SERVICE_KIND_TEACHER).size() == 1);
        return service;
    }

    private static List<TrainingSpecChange> changes(String curriculum) throws Exception {
        List<TrainingSpecChange> changes = new ArrayList<>();
        for (var record : TestLog.committed(new Topics(Door.prefix()).curriculum(curriculum))) {
            changes.add(CurriculumRecord.parseFrom(record.value()).getSpecChange());
        }
        return changes;
    }
}
