package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CheckpointStudentRequest;
import io.wildstream.contracts.v1.CreateStudentRequest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.CurriculumServiceGrpc;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.GetStudentRequest;
import io.wildstream.contracts.v1.ListStudentsRequest;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.Normalisation;
import io.wildstream.contracts.v1.PauseStudentRequest;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.ResumeStudentRequest;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.Student;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.StudentServiceGrpc.StudentServiceBlockingStub;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.TeacherStatus;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.TrainingSpecChange;
import io.wildstream.contracts.v1.UpdateSelectionPolicyRequest;
import io.wildstream.contracts.v1.UpdateTrainingSpecRequest;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Service;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@TestProfile(OpenDoor.class)
class StudentsTest {

    private static final String DIGEST = "ab".repeat(32);
    private static final Normalisation NORMALISATION =
            Normalisation.newBuilder().addMean(0.25f).addStd(0.5f).build();
    private static final TrainingSpec SPEC = TrainingSpec.newBuilder()
            .setStudentModel("lenet5-1x28-10")
            .setMaxSteps(1000)
            .build();

    @Inject
    ClusterState state;

    private Door door;
    private StudentServiceBlockingStub students;

    @BeforeEach
    void open() {
        door = new Door();
        students = StudentServiceGrpc.newBlockingStub(door.channel());
    }

    @AfterEach
    void close() {
        door.close();
        await().until(() -> state.live(ServiceKind.SERVICE_KIND_TEACHER).isEmpty());
    }

    @Test
    void createsAStudentWithEverythingResolved() throws Exception {
        // Given
        curriculum("created");
        try (Service teacher =
                teacher(TeacherStatus.newBuilder().addClassAccuracy(0.9).addClassAccuracy(1.0))) {

            // When
            Student student = create("s-created", "created", SPEC);

            // Then
            TrainingSpec spec = student.getSpec();
            assertThat(spec.getGeneration()).isEqualTo(1);
            assertThat(spec.getStartOffset()).isZero();
            assertThat(spec.getTeacherDigest()).isEqualTo(DIGEST);
            assertThat(spec.getNormalisation()).isEqualTo(NORMALISATION);
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
            assertThat(code(() -> create("s-created", "created", SPEC))).isEqualTo(Status.Code.ALREADY_EXISTS);
        }
    }

    @Test
    void appendsALaterSpecOnce() throws Exception {
        // Given
        curriculum("updated");
        try (Service teacher = teacher(TeacherStatus.newBuilder().setAccuracy(0.0))) {
            create("s-updated", "updated", SPEC);
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
        curriculum("tied");
        create("s-tied", "tied", self());

        // When
        StatusRuntimeException failure =
                failure(() -> students.updateTrainingSpec(UpdateTrainingSpecRequest.newBuilder()
                        .setStudent("s-tied")
                        .setSpec(self().toBuilder()
                                .setStudentModel("resnet8-3x32-10")
                                .setStartOffset(7))
                        .build()));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Door.fields(failure)).containsExactly("spec.student_model", "spec.start_offset");
    }

    @Test
    void needsATeacherWhereASpecLeavesThingsOpen() {
        // Given
        curriculum("orphan");

        // When
        StatusRuntimeException failure = failure(() -> create("s-orphan", "orphan", SPEC));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(create("s-self", "orphan", self())
                        .getSpec()
                        .getTerms(0)
                        .getDfnd()
                        .getQDiagonalList())
                .containsExactly(0.8);
    }

    @Test
    void needsTheTeachersAccuracy() {
        // Given
        curriculum("unknown-accuracy");
        try (Service teacher = teacher(TeacherStatus.newBuilder())) {

            // When
            StatusRuntimeException failure = failure(() -> create("s-unknown", "unknown-accuracy", SPEC));

            // Then
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(failure.getStatus().getDescription()).contains("model.json");
        }
    }

    @Test
    void beginsANewStudentAtTheEndWhenAsked() {
        // Given
        curriculum("late");
        create("s-early", "late", self());

        // When
        Student late =
                create("s-late", "late", self().toBuilder().setStartOffset(-1).build());

        // Then
        assertThat(late.getSpec().getStartOffset()).isPositive();
        StatusRuntimeException failure = failure(() -> create(
                "s-beyond", "late", self().toBuilder().setStartOffset(1000).build()));
        assertThat(Door.fields(failure)).containsExactly("spec.start_offset");
    }

    @Test
    void pausesAndResumesWhenTheTrainerHasTakenItUp() {
        // Given
        curriculum("paused");
        create("s-paused", "paused", self());
        try (Service trainer = trainer("s-paused")) {
            await().until(() -> state.trainer("s-paused") != null);

            // When
            Student paused = students.pauseStudent(
                    PauseStudentRequest.newBuilder().setStudent("s-paused").build());
            long generation = state.trainer("s-paused").getObservedGenerationsOrThrow("student/s-paused");
            Student resumed = students.resumeStudent(
                    ResumeStudentRequest.newBuilder().setStudent("s-paused").build());

            // Then
            assertThat(paused.getPaused()).isTrue();
            assertThat(paused.getStatus().getState()).isEqualTo(StudentState.STUDENT_STATE_TRAINING);
            assertThat(generation).isEqualTo(2);
            assertThat(resumed.getPaused()).isFalse();
        }
    }

    @Test
    void answersWithTheCheckpointThatWasAskedFor() {
        // Given
        curriculum("kept");
        create("s-kept", "kept", self());
        commit("s-kept", 100, false);
        await().until(() -> state.checkpoint("s-kept") != null);
        try (Service trainer = trainer("s-kept")) {
            await().until(() -> state.trainer("s-kept") != null);

            // When
            CompletableFuture<CheckpointManifest> asked =
                    CompletableFuture.supplyAsync(() -> students.checkpointStudent(CheckpointStudentRequest.newBuilder()
                            .setStudent("s-kept")
                            .build()));
            await().until(() -> state.students().get("s-kept").getCheckpointRequest() == 1);
            commit("s-kept", 200, false);

            // Then
            assertThat(asked.join().getStep()).isEqualTo(200);
            assertThat(code(() -> students.checkpointStudent(CheckpointStudentRequest.newBuilder()
                            .setStudent("s-kept")
                            .build())))
                    .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
        await().until(() -> state.trainer("s-kept") == null);
        assertThat(code(() -> students.checkpointStudent(CheckpointStudentRequest.newBuilder()
                        .setStudent("s-kept")
                        .build())))
                .isEqualTo(Status.Code.FAILED_PRECONDITION);
        commit("s-kept", 300, true);
        await().until(() -> state.checkpoint("s-kept").getFinished());
        assertThat(students.checkpointStudent(CheckpointStudentRequest.newBuilder()
                                .setStudent("s-kept")
                                .build())
                        .getStep())
                .isEqualTo(300);
    }

    @Test
    void doesNotFindWhatIsNotThere() {
        // Given
        String nobody = "nobody";

        // When
        List<Status.Code> codes = List.of(
                code(() -> students.getStudent(
                        GetStudentRequest.newBuilder().setStudent(nobody).build())),
                code(() -> students.pauseStudent(
                        PauseStudentRequest.newBuilder().setStudent(nobody).build())),
                code(() -> students.checkpointStudent(
                        CheckpointStudentRequest.newBuilder().setStudent(nobody).build())),
                code(() -> students.updateTrainingSpec(UpdateTrainingSpecRequest.newBuilder()
                        .setStudent(nobody)
                        .setSpec(SPEC)
                        .build())),
                code(() -> create("s-lost", "no-such-curriculum", SPEC)));

        // Then
        assertThat(codes).containsOnly(Status.Code.NOT_FOUND);
    }

    @ParameterizedTest
    @MethodSource
    void refusesBadFields(String student, String curriculum, TrainingSpec spec, String field) {
        // Given
        curriculum("fields");

        // When
        StatusRuntimeException failure = failure(() -> create(student, curriculum, spec));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Door.fields(failure)).containsExactly(field);
    }

    static List<Arguments> refusesBadFields() {
        return List.of(
                Arguments.of("Bad Name", "fields", SPEC, "student"),
                Arguments.of("good", "Bad Name", SPEC, "curriculum"),
                Arguments.of("good", "fields", TrainingSpec.getDefaultInstance(), "spec.student_model"),
                Arguments.of("good", "fields", SPEC.toBuilder().setBatchSize(-1).build(), "spec.batch_size"),
                Arguments.of(
                        "good", "fields", SPEC.toBuilder().setStartOffset(99).build(), "spec.start_offset"));
    }

    @Test
    void needsASpecToUpdate() {
        // Given
        UpdateTrainingSpecRequest empty =
                UpdateTrainingSpecRequest.newBuilder().setStudent("any").build();

        // When
        StatusRuntimeException failure = failure(() -> students.updateTrainingSpec(empty));

        // Then
        assertThat(Door.fields(failure)).containsExactly("spec");
    }

    private Student create(String student, String curriculum, TrainingSpec spec) {
        return students.createStudent(CreateStudentRequest.newBuilder()
                .setStudent(student)
                .setCurriculum(curriculum)
                .setSpec(spec)
                .build());
    }

    private void curriculum(String name) {
        CurriculumServiceGrpc.newBlockingStub(door.channel())
                .updateSelectionPolicy(UpdateSelectionPolicyRequest.newBuilder()
                        .setCurriculum(name)
                        .setPolicy(SelectionPolicy.newBuilder()
                                .setRandom(RandomPolicy.newBuilder().setRate(0.5)))
                        .build());
    }

    /** A spec that needs no teacher. */
    private static TrainingSpec self() {
        return SPEC.toBuilder()
                .setNormalisation(NORMALISATION)
                .addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.newBuilder().addQDiagonal(0.8)))
                .build();
    }

    private Service teacher(TeacherStatus.Builder accuracy) {
        TeacherStatus teacher = accuracy.setTeacher(TeacherReference.newBuilder()
                        .setName("t")
                        .setDigest(DIGEST)
                        .setGeneration(1))
                .addClasses("a")
                .addClasses("b")
                .setNormalisation(NORMALISATION)
                .build();
        Service service =
                new Service("teacher-0", ServiceKind.SERVICE_KIND_TEACHER, status -> status.setTeacher(teacher));
        await().until(() -> state.live(ServiceKind.SERVICE_KIND_TEACHER).size() == 1);
        return service;
    }

    private static Service trainer(String student) {
        StudentStatus training = StudentStatus.newBuilder()
                .setStudent(student)
                .setState(StudentState.STUDENT_STATE_TRAINING)
                .build();
        return new Service(
                "trainer-" + student, ServiceKind.SERVICE_KIND_TRAINER, status -> status.setStudent(training));
    }

    private static void commit(String student, long step, boolean finished) {
        CheckpointManifest manifest = CheckpointManifest.newBuilder()
                .setStudent(student)
                .setStep(step)
                .setFinished(finished)
                .build();
        TestLog.write(List.of(new ProducerRecord<>(
                new Topics(Door.prefix()).checkpoints(),
                student.getBytes(StandardCharsets.UTF_8),
                manifest.toByteArray())));
    }

    private static List<TrainingSpecChange> changes(String curriculum) throws Exception {
        List<TrainingSpecChange> changes = new ArrayList<>();
        for (var record : TestLog.committed(new Topics(Door.prefix()).curriculum(curriculum))) {
            changes.add(CurriculumRecord.parseFrom(record.value()).getSpecChange());
        }
        return changes;
    }

    private static StatusRuntimeException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call);
    }

    private static Status.Code code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return failure(call).getStatus().getCode();
    }
}
