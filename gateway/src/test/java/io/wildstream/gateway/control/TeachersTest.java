// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.GetTeacherRequest;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.RkdLoss;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.Teacher;
import io.wildstream.contracts.v1.TeacherServiceGrpc;
import io.wildstream.contracts.v1.TeacherServiceGrpc.TeacherServiceBlockingStub;
import io.wildstream.contracts.v1.TeacherSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.UpdateTeacherRequest;
import io.wildstream.contracts.v1.UpdateTrainingSpecRequest;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.SmallBacklog;
import io.wildstream.gateway.testkit.TestStudents;
import io.wildstream.gateway.testkit.TestTeacher;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Setting the teacher while the stream runs. */
@QuarkusTest
@TestProfile(SmallBacklog.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@UsesQuarkus
class TeachersTest {

    private static final TrainingSpec COMPARING = TestStudents.SPEC.toBuilder()
            .setNormalisation(TestStudents.NORMALISATION)
            .addTerms(LossTerm.newBuilder().setRkd(RkdLoss.getDefaultInstance()))
            .build();

    @Inject
    ClusterState state;

    private Door door;
    private TeacherServiceBlockingStub teachers;

    @BeforeEach
    void open() {
        door = new Door();
        teachers = TeacherServiceGrpc.newBlockingStub(door.channel());
    }

    @AfterEach
    void close() {
        door.close();
        await().until(() -> state.live(ServiceKind.SERVICE_KIND_TEACHER).isEmpty());
    }

    @Test
    @Order(1)
    void theFirstSpecThatIsRefusedLeavesTheConfiguredModel() throws Exception {
        // Given
        assertThat(get()).isEqualTo(Teacher.getDefaultInstance());
        try (TestTeacher teacher = new TestTeacher("teacher-0", Set.of(""))) {
            await().until(() -> get().getInstancesCount() == 1);

            // When
            StatusRuntimeException failure = Door.failure(() -> set("absent"));

            // Then
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(failure.getStatus().getDescription())
                    .isEqualTo("teacher-0 refused model 'absent': There is no model 'absent' here;"
                            + " generation 2 restores the configured model");
            await().until(() -> get().getAnswering() == 1);
            assertThat(get().hasSpec()).isTrue();
            assertThat(get().getSpec()).isEqualTo(TeacherSpec.getDefaultInstance());
            assertThat(get().getInstances(0).getTeacher().getName()).isEqualTo("configured");
            assertThat(get().getProblemsList()).isEmpty();
        }
    }

    @Test
    void setsTheTeacherOfAllLiveInstances() throws Exception {
        // Given
        try (TestTeacher first = new TestTeacher("teacher-0", Set.of("", "old", "new"));
                TestTeacher second = new TestTeacher("teacher-1", Set.of("", "old", "new"))) {
            await().until(() -> get().getInstancesCount() == 2);

            // When
            Teacher old = set("old");
            Teacher now = set("new");
            Teacher again = set("new");

            // Then
            assertThat(now.getSpec().getModel()).isEqualTo("new");
            assertThat(now.getGeneration()).isEqualTo(old.getGeneration() + 1);
            assertThat(now.getAnswering()).isEqualTo(2);
            assertThat(now.getInstancesList())
                    .extracting(Teacher.Instance::getInstance)
                    .containsExactly("teacher-0", "teacher-1");
            assertThat(now.getInstancesList())
                    .allSatisfy(instance ->
                            assertThat(instance.getTeacher().getName()).isEqualTo("new"))
                    .allSatisfy(instance ->
                            assertThat(instance.getTeacher().getGeneration()).isEqualTo(now.getGeneration()));
            assertThat(now.getProblemsList()).isEmpty();
            assertThat(again.getGeneration()).isEqualTo(now.getGeneration() + 1);
            assertThat(again.getAnswering()).isEqualTo(2);
            JsonObject mirror = new JsonObject(door.get("/v1/teacher").body());
            assertThat(mirror.getString("generation")).isEqualTo(Long.toString(again.getGeneration()));
            assertThat(mirror.getJsonObject("spec").getString("model")).isEqualTo("new");
            assertThat(mirror.getInteger("answering")).isEqualTo(2);
        }
    }

    @Test
    void goesBackToTheSpecThatHeldWhenATeacherRefuses() throws Exception {
        // Given
        try (TestTeacher first = new TestTeacher("teacher-0", Set.of("held", "tried"));
                TestTeacher second = new TestTeacher("teacher-1", Set.of("held"))) {
            await().until(() -> get().getInstancesCount() == 2);
            long held = set("held").getGeneration();

            // When
            StatusRuntimeException failure = Door.failure(() -> set("tried"));

            // Then
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(failure.getStatus().getDescription())
                    .isEqualTo("teacher-1 refused model 'tried': There is no model 'tried' here; generation "
                            + (held + 2) + " restores model 'held'");
            await().until(() -> get().getAnswering() == 2);
            assertThat(get().getGeneration()).isEqualTo(held + 2);
            assertThat(models(held)).containsExactly("held", "tried", "held");
        }
    }

    @Test
    void goesBackBehindASpecThatNoTeacherEverTookUp() throws Exception {
        // Given
        try (TestTeacher teacher = new TestTeacher("teacher-0", Set.of("good"))) {
            await().until(() -> get().getInstancesCount() == 1);
            set("good");

            // When
            Teacher slow = set(TestTeacher.SLOW);
            StatusRuntimeException failure = Door.failure(() -> set("bad"));

            // Then
            assertThat(slow.getSpec().getModel()).isEqualTo(TestTeacher.SLOW);
            assertThat(slow.getInstancesCount()).isEqualTo(1);
            assertThat(slow.getAnswering()).isZero();
            assertThat(failure.getStatus().getDescription()).endsWith("restores model 'good'");
            await().until(() -> get().getAnswering() == 1);
        }
    }

    @Test
    void triesOneTeacherAtATime() throws Exception {
        // Given
        try (TestTeacher teacher = new TestTeacher("teacher-0", Set.of("good"))) {
            await().until(() -> get().getInstancesCount() == 1);
            long before = set("good").getGeneration();
            CompletableFuture<Teacher> slow = CompletableFuture.supplyAsync(() -> set(TestTeacher.SLOW));
            await().until(() -> get().getGeneration() == before + 1);

            // When
            StatusRuntimeException failure = Door.failure(() -> set("good"));

            // Then
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(failure.getStatus().getDescription()).contains("another teacher is being tried");
            assertThat(slow.join().getGeneration()).isEqualTo(before + 1);
            assertThat(set("good").getGeneration()).isEqualTo(before + 2);
        }
    }

    @Test
    void isTakenUnseenWhenNoTeacherLives() {
        // Given
        long before = get().getGeneration();

        // When
        Teacher teacher = set("anything");

        // Then
        assertThat(teacher.getGeneration()).isEqualTo(before + 1);
        assertThat(teacher.getSpec().getModel()).isEqualTo("anything");
        assertThat(teacher.getInstancesList()).isEmpty();
        assertThat(teacher.getAnswering()).isZero();
    }

    @Test
    void saysThatInstancesAnswerWithDifferentModels() {
        // Given
        try (TestTeacher first = new TestTeacher("teacher-0", Set.of("", "same"), "d0");
                TestTeacher second = new TestTeacher("teacher-1", Set.of("", "same"), "d1")) {
            await().until(() -> get().getInstancesCount() == 2);

            // When
            Teacher teacher = set("same");

            // Then
            assertThat(teacher.getAnswering()).isEqualTo(2);
            assertThat(teacher.getProblemsList())
                    .singleElement()
                    .asString()
                    .contains("teacher-0 uses same with digest d0, teacher-1 uses same with digest d1")
                    .contains("wildstream.teacher.models");
        }
    }

    @Test
    void keepsTheFeaturesThatAStudentCompares() {
        // Given
        TestStudents pupils = new TestStudents(door);
        pupils.curriculum("compared");
        pupils.create("s-comparing", "compared", COMPARING);
        TeacherSpec omitting = TeacherSpec.newBuilder().setOmitFeatures(true).build();
        long before = get().getGeneration();

        // When
        StatusRuntimeException refused = Door.failure(() -> set(omitting));

        // Then
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.getStatus().getDescription())
                .startsWith("spec.omit_features: ")
                .contains("'s-comparing'")
                .contains("UpdateTrainingSpec");
        assertThat(get().getGeneration()).isEqualTo(before);

        // When
        TestStudents.commit("s-comparing", 9, true);

        // Then
        await().until(() -> state.checkpoint("s-comparing") != null);
        assertThat(set(omitting).getSpec().getOmitFeatures()).isTrue();
        pupils.create("s-content", "compared", TestStudents.self());
        assertComparisonRefused(() -> pupils.create("s-late", "compared", COMPARING));
        assertComparisonRefused(() -> StudentServiceGrpc.newBlockingStub(door.channel())
                .updateTrainingSpec(UpdateTrainingSpecRequest.newBuilder()
                        .setStudent("s-content")
                        .setSpec(COMPARING)
                        .build()));

        // When
        set("");

        // Then
        assertThat(pupils.create("s-late", "compared", COMPARING).hasSpec()).isTrue();
        TestStudents.commit("s-late", 9, true);
        await().until(() -> state.checkpoint("s-late") != null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "../teacher", ".hidden", "two words", "\u0000"})
    void refusesWhatIsNoNameOfAModel(String model) {
        // Given
        long before = get().getGeneration();

        // When
        StatusRuntimeException failure = Door.failure(() -> set(model));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Door.fields(failure)).containsExactly("spec.model");
        assertThat(get().getGeneration()).isEqualTo(before);
    }

    @Test
    void refusesARequestWithoutASpec() {
        // When
        StatusRuntimeException failure =
                Door.failure(() -> teachers.updateTeacher(UpdateTeacherRequest.getDefaultInstance()));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Door.fields(failure)).containsExactly("spec");
    }

    private static void assertComparisonRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        StatusRuntimeException failure = Door.failure(call);
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(failure.getStatus().getDescription()).contains("./wildstream teacher set MODEL");
    }

    private Teacher get() {
        return teachers.getTeacher(GetTeacherRequest.getDefaultInstance());
    }

    private Teacher set(String model) {
        return set(TeacherSpec.newBuilder().setModel(model).build());
    }

    private Teacher set(TeacherSpec spec) {
        return teachers.updateTeacher(
                UpdateTeacherRequest.newBuilder().setSpec(spec).build());
    }

    /** The models that were asked for, from a generation on. */
    private static List<String> models(long from) throws Exception {
        List<String> models = new ArrayList<>();
        for (var record : TestLog.committed(new Topics(Door.prefix()).control())) {
            ControlRecord control = ControlRecord.parseFrom(record.value());
            boolean teacher = ControlKeys.TEACHER.equals(new String(record.key(), StandardCharsets.UTF_8));
            if (teacher && control.getGeneration() >= from) {
                models.add(control.getTeacher().getModel());
            }
        }
        return models;
    }
}
