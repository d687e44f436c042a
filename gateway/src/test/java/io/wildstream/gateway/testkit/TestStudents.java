// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CreateStudentRequest;
import io.wildstream.contracts.v1.CurriculumServiceGrpc;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.Normalisation;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.Student;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.StudentState;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.UpdateSelectionPolicyRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes curricula and students by the gateway, and writes what their trainers would. */
public final class TestStudents {

    public static final Normalisation NORMALISATION =
            Normalisation.newBuilder().addMean(0.25f).addStd(0.5f).build();

    /** A spec that leaves to the gateway what a teacher settles. */
    public static final TrainingSpec SPEC = TrainingSpec.newBuilder()
            .setStudentModel("lenet5-1x28-10")
            .setMaxSteps(1000)
            .build();

    private final Door door;

    public TestStudents(Door door) {
        this.door = door;
    }

    /** A spec that needs no teacher. */
    public static TrainingSpec self() {
        return SPEC.toBuilder()
                .setNormalisation(NORMALISATION)
                .addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.newBuilder().addQDiagonal(0.8)))
                .build();
    }

    /** A curriculum of a random half. */
    public void curriculum(String name) {
        var unused = CurriculumServiceGrpc.newBlockingStub(door.channel())
                .updateSelectionPolicy(UpdateSelectionPolicyRequest.newBuilder()
                        .setCurriculum(name)
                        .setPolicy(SelectionPolicy.newBuilder()
                                .setRandom(RandomPolicy.newBuilder().setRate(0.5)))
                        .build());
    }

    public Student create(String student, String curriculum, TrainingSpec spec) {
        return StudentServiceGrpc.newBlockingStub(door.channel())
                .createStudent(CreateStudentRequest.newBuilder()
                        .setStudent(student)
                        .setCurriculum(curriculum)
                        .setSpec(spec)
                        .build());
    }

    /** A trainer that reports its student as learning. */
    public static Service trainer(String student) {
        StudentStatus training = StudentStatus.newBuilder()
                .setStudent(student)
                .setState(StudentState.STUDENT_STATE_TRAINING)
                .build();
        return new Service(
                "trainer-" + student, ServiceKind.SERVICE_KIND_TRAINER, status -> status.setStudent(training));
    }

    public static void commit(String student, long step, boolean finished) {
        commit(CheckpointManifest.newBuilder()
                .setStudent(student)
                .setStep(step)
                .setFinished(finished)
                .build());
    }

    public static void commit(CheckpointManifest manifest) {
        TestLog.write(List.of(new ProducerRecord<>(
                new Topics(Door.prefix()).checkpoints(),
                manifest.getStudent().getBytes(StandardCharsets.UTF_8),
                manifest.toByteArray())));
    }
}
