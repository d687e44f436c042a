// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.CancelCondensationRequest;
import io.wildstream.contracts.v1.Condensation;
import io.wildstream.contracts.v1.CondensationServiceGrpc;
import io.wildstream.contracts.v1.CondensationServiceGrpc.CondensationServiceBlockingStub;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.CondensationState;
import io.wildstream.contracts.v1.CondensationStatus;
import io.wildstream.contracts.v1.CondenserStatus;
import io.wildstream.contracts.v1.CreateCondensationRequest;
import io.wildstream.contracts.v1.CurriculumImages;
import io.wildstream.contracts.v1.GetCondensationRequest;
import io.wildstream.contracts.v1.ListCondensationsRequest;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.UpdateTrainingSpecRequest;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Service;
import io.wildstream.gateway.testkit.TestStudents;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class CondensationsTest {

    private static final String DIGEST = "cd".repeat(32);
    private static final String MODEL_DIGEST = "ef".repeat(32);

    private Door door;
    private CondensationServiceBlockingStub condensations;
    private TestStudents students;

    @BeforeEach
    void open() {
        door = new Door();
        condensations = CondensationServiceGrpc.newBlockingStub(door.channel());
        students = new TestStudents(door);
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void aCondensationIsAskedForFollowedAndPinnedInASpec() throws Exception {
        // Given
        students.curriculum("to-condense");
        var unused = students.create("first-reader", "to-condense", TestStudents.self());
        try (Service condenser = condenser("digits")) {
            awaitCondenser("warm-up");

            // When
            Condensation made = create("digits", spec("to-condense"));

            // Then the end of the curriculum and the defaults are written out
            assertThat(made.getSpec().getCurriculum().getUntilOffset()).isPositive();
            assertThat(made.getSpec().getIterations()).isEqualTo(10_000);
            assertThat(made.getStatus().getState()).isEqualTo(CondensationState.CONDENSATION_STATE_FINISHED);
            assertThat(condensations
                            .listCondensations(ListCondensationsRequest.getDefaultInstance())
                            .getCondensationsList())
                    .contains(made);
            assertThat(door.get("/v1/condensations/digits").body()).contains(MODEL_DIGEST);

            // And a student's spec is pinned to what was made
            TrainingSpec spec = students.create(
                            "beginner",
                            "to-condense",
                            TestStudents.self().toBuilder()
                                    .setInitialModel("digits")
                                    .setReplay(ReplaySpec.newBuilder().setCondensed("digits"))
                                    .build())
                    .getSpec();
            assertThat(spec.getInitialModelDigest()).isEqualTo(MODEL_DIGEST);
            assertThat(spec.getReplay().getCondensedDigest()).isEqualTo(DIGEST);
            aLaterSpecKeepsTheDigests(spec);
            await().until(() -> door.get("/v1/condensations/digits").body().contains(MODEL_DIGEST));

            // And it is called off by name
            assertThat(condensations
                            .cancelCondensation(CancelCondensationRequest.newBuilder()
                                    .setName("digits")
                                    .build())
                            .getSpec()
                            .getCancelled())
                    .isTrue();
            assertThat(refused(() -> create("digits", spec("to-condense"))).getCode())
                    .isEqualTo(Status.Code.ALREADY_EXISTS);
        }
    }

    private void aLaterSpecKeepsTheDigests(TrainingSpec first) {
        try (Service anew = condenser("digits", "ab".repeat(32))) {
            await().until(() -> door.get("/v1/condensations/digits").body().contains("ab".repeat(32)));
            TrainingSpec.Builder later = first.toBuilder()
                    .setMaxSteps(2000)
                    .clearGeneration()
                    .clearStartOffset()
                    .clearInitialModelDigest();
            later.getReplayBuilder().clearCondensedDigest();
            TrainingSpec second = StudentServiceGrpc.newBlockingStub(door.channel())
                    .updateTrainingSpec(UpdateTrainingSpecRequest.newBuilder()
                            .setStudent("beginner")
                            .setSpec(later)
                            .build())
                    .getSpec();
            assertThat(second.getMaxSteps()).isEqualTo(2000);
            assertThat(second.getInitialModelDigest()).isEqualTo(MODEL_DIGEST);
            assertThat(second.getReplay().getCondensedDigest()).isEqualTo(DIGEST);
        }
    }

    @Test
    void wrongOnesAreRefusedByField() throws Exception {
        // Given
        students.curriculum("condensable");
        try (Service condenser = condenser("unknown")) {
            awaitCondenser("warm-up-again");
            CondensationSpec good = spec("condensable").build();

            // When, then
            assertThat(refused(() -> create("Bad Name", good.toBuilder())).getDescription())
                    .startsWith("name");
            assertThat(refused(() -> create("a", spec("nowhere"))).getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(refused(() -> create("a", good.toBuilder().clearImages()))
                            .getDescription())
                    .contains("spec.images: set curriculum or data_set");
            assertThat(refused(() -> create("a", good.toBuilder().setMaxGradientGrowth(0.5)))
                            .getDescription())
                    .contains("spec.max_gradient_growth");
            assertThat(refused(() -> create(
                                    "a",
                                    good.toBuilder().setSteps(200).setEpochs(1).setImagesPerClass(100)))
                            .getDescription())
                    .contains("spec.images_per_class: steps * images_per_class must be at most");
            assertThat(refused(() -> create("a", good.toBuilder().setAttackedClass(1)))
                            .getDescription())
                    .contains("spec.target_class");
            assertThat(refused(() -> create("a", good.toBuilder().addTrainedModels("x")))
                            .getDescription())
                    .contains("spec.trained_models");
            CondensationSpec.Builder late = good.toBuilder();
            late.getCurriculumBuilder().setUntilOffset(1_000_000);
            assertThat(refused(() -> create("a", late)).getDescription()).contains("spec.curriculum.until_offset");
            assertThat(refused(() -> condensations.getCondensation(GetCondensationRequest.newBuilder()
                                    .setName("a")
                                    .build()))
                            .getCode())
                    .isEqualTo(Status.Code.NOT_FOUND);
        }
    }

    @Test
    void withoutACondenserNothingIsPromised() {
        // Given
        students.curriculum("lonely");

        // When
        Status status = refused(() -> create("lonely", spec("lonely")));

        // Then
        assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(status.getDescription()).contains("wildstream.trainer.mode=condense");
    }

    private static Service condenser(String finished) {
        return condenser(finished, DIGEST);
    }

    private static Service condenser(String finished, String digest) {
        return new Service(
                "condenser-" + finished,
                ServiceKind.SERVICE_KIND_CONDENSER,
                status -> status.setCondenser(CondenserStatus.newBuilder()
                        .addCondensations(CondensationStatus.newBuilder()
                                .setName(finished)
                                .setState(CondensationState.CONDENSATION_STATE_FINISHED)
                                .setDigest(digest)
                                .setModelDigest(digest.equals(DIGEST) ? MODEL_DIGEST : digest))));
    }

    private void awaitCondenser(String name) {
        await().until(() -> {
            try {
                return create(name, spec(name).clearCurriculum().setDataSet("some"))
                        .hasSpec();
            } catch (StatusRuntimeException e) {
                return false;
            }
        });
    }

    private static CondensationSpec.Builder spec(String curriculum) {
        return CondensationSpec.newBuilder()
                .setCurriculum(CurriculumImages.newBuilder().setCurriculum(curriculum))
                .setArchitecture("lenet5-1x28-10");
    }

    private Condensation create(String name, CondensationSpec.Builder spec) {
        return condensations.createCondensation(CreateCondensationRequest.newBuilder()
                .setName(name)
                .setSpec(spec)
                .build());
    }

    private static Status refused(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus();
    }
}
