// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.CurriculumServiceGrpc;
import io.wildstream.contracts.v1.CurriculumServiceGrpc.CurriculumServiceBlockingStub;
import io.wildstream.contracts.v1.CurriculumStatus;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.ListCurriculaRequest;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.ThresholdPolicy;
import io.wildstream.contracts.v1.TwoPassPolicy;
import io.wildstream.contracts.v1.UpdateSelectionPolicyRequest;
import io.wildstream.contracts.v1.UpdateSelectionPolicyResponse;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Service;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class CurriculaTest {

    private Door door;
    private CurriculumServiceBlockingStub curricula;

    @BeforeEach
    void open() {
        door = new Door();
        curricula = CurriculumServiceGrpc.newBlockingStub(door.channel());
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void makesACurriculumAndAnswersWhenTheSelectorRunsIt() throws Exception {
        // Given
        try (Service selector = new Service("selector-0", ServiceKind.SERVICE_KIND_SELECTOR, status -> {})) {
            update("warm-up", keepRate(0.5));

            // When
            UpdateSelectionPolicyResponse first = update("observed", keepRate(0.5));
            UpdateSelectionPolicyResponse second = update("observed", keepRate(0.25));
            UpdateSelectionPolicyResponse again = update("observed", keepRate(0.25));

            // Then
            assertThat(first).isEqualTo(response(1, true));
            assertThat(second).isEqualTo(response(2, true));
            assertThat(again).isEqualTo(response(2, true));
        }
        assertThat(generations("curriculum/observed")).containsExactly(1L, 2L);
        try (var admin = TestBroker.get().admin()) {
            String topic = new Topics(Door.prefix()).curriculum("observed");
            assertThat(admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)
                            .get(topic)
                            .partitions())
                    .hasSize(1);
        }
        await().untilAsserted(() -> assertThat(curricula
                        .listCurricula(ListCurriculaRequest.getDefaultInstance())
                        .getCurriculaList())
                .filteredOn(status -> status.getName().equals("observed"))
                .extracting(CurriculumStatus::getGeneration)
                .containsExactly(2L));
    }

    @Test
    void holdsAllTheSameWhenNoSelectorLives() {
        // Given
        await().until(() -> !update("alone", keepRate(0.5)).getObserved());

        // When
        UpdateSelectionPolicyResponse response = update("alone", keepRate(0.4));

        // Then
        assertThat(response).isEqualTo(response(2, false));
    }

    @Test
    void saysWhenALiveSelectorDoesNotRunItInTime() {
        // Given
        try (Deaf selector = new Deaf()) {
            await().until(selector::isSeen);

            // When
            UpdateSelectionPolicyResponse response = update("unobserved", keepRate(0.5));

            // Then
            assertThat(response).isEqualTo(response(1, false));
        }
    }

    @Test
    void refusesToChangeWhatIsWrittenOnceFromAWholeLog() {
        // Given
        SelectionPolicy wholeLog = SelectionPolicy.newBuilder()
                .setTwoPass(TwoPassPolicy.newBuilder().setKeep(100))
                .build();
        update("whole-log", wholeLog);
        update("online", keepRate(0.5));

        // When
        var away = catchThrowableOfType(StatusRuntimeException.class, () -> update("whole-log", keepRate(0.5)));
        var over = catchThrowableOfType(StatusRuntimeException.class, () -> update("online", wholeLog));

        // Then
        assertThat(Door.fields(away)).containsExactly("policy.two_pass");
        assertThat(Door.fields(over)).containsExactly("policy.two_pass");
        assertThat(update("whole-log", wholeLog).getGeneration()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource
    void refusesWhatNoSelectorCanRun(String name, SelectionPolicy policy, String field, String problem) {
        // Given
        UpdateSelectionPolicyRequest request = UpdateSelectionPolicyRequest.newBuilder()
                .setCurriculum(name)
                .setPolicy(policy)
                .build();

        // When
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> curricula.updateSelectionPolicy(request));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.getStatus().getDescription())
                .startsWith(field + ": ")
                .contains(problem);
        assertThat(Door.fields(failure)).containsExactly(field);
    }

    static List<Arguments> refusesWhatNoSelectorCanRun() {
        return List.of(
                Arguments.of("", keepRate(0.5), "curriculum", "1 to 63"),
                Arguments.of("Upper", keepRate(0.5), "curriculum", "'Upper'"),
                Arguments.of("x".repeat(64), keepRate(0.5), "curriculum", "1 to 63"),
                Arguments.of("a", SelectionPolicy.getDefaultInstance(), "policy", "is empty"),
                Arguments.of("a", keepRate(1.5), "policy.keep_rate.rate", "must be in (0, 1], got 1.5"),
                Arguments.of("a", keepRate(0), "policy.keep_rate.rate", "must be in (0, 1], got 0.0"),
                Arguments.of("a", keepRate(Double.NaN), "policy.keep_rate.rate", "NaN"),
                Arguments.of(
                        "a",
                        SelectionPolicy.newBuilder()
                                .setKeepRate(
                                        KeepRatePolicy.newBuilder().setRate(0.5).setBalanceValue(9))
                                .build(),
                        "policy.keep_rate.balance",
                        "must be CLASS or GLOBAL, got 9"),
                Arguments.of(
                        "a",
                        SelectionPolicy.newBuilder()
                                .setKeepRate(
                                        KeepRatePolicy.newBuilder().setRate(0.5).setWindow(-1))
                                .build(),
                        "policy.keep_rate.window",
                        "4294967295"),
                Arguments.of(
                        "a",
                        SelectionPolicy.newBuilder()
                                .setRandom(RandomPolicy.newBuilder().setRate(-0.1))
                                .build(),
                        "policy.random.rate",
                        "-0.1"),
                Arguments.of(
                        "a",
                        threshold(Double.POSITIVE_INFINITY),
                        "policy.threshold.max_noise_value",
                        "must be finite and at least 0, got Infinity"),
                Arguments.of("a", threshold(-1), "policy.threshold.max_noise_value", "-1.0"));
    }

    private UpdateSelectionPolicyResponse update(String name, SelectionPolicy policy) {
        return curricula.updateSelectionPolicy(UpdateSelectionPolicyRequest.newBuilder()
                .setCurriculum(name)
                .setPolicy(policy)
                .build());
    }

    private static UpdateSelectionPolicyResponse response(long generation, boolean observed) {
        return UpdateSelectionPolicyResponse.newBuilder()
                .setGeneration(generation)
                .setObserved(observed)
                .build();
    }

    private static SelectionPolicy keepRate(double rate) {
        return SelectionPolicy.newBuilder()
                .setKeepRate(KeepRatePolicy.newBuilder().setRate(rate))
                .build();
    }

    private static SelectionPolicy threshold(double value) {
        return SelectionPolicy.newBuilder()
                .setThreshold(ThresholdPolicy.newBuilder().setMaxNoiseValue(value))
                .build();
    }

    private static List<Long> generations(String key) throws Exception {
        List<Long> generations = new java.util.ArrayList<>();
        for (var record : TestLog.committed(new Topics(Door.prefix()).control())) {
            if (key.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                generations.add(ControlRecord.parseFrom(record.value()).getGeneration());
            }
        }
        return generations;
    }

    /** A selector that reports but never runs a policy. */
    private final class Deaf implements AutoCloseable {
        private final io.wildstream.contracts.control.StatusReporter reporter =
                new io.wildstream.contracts.control.StatusReporter(
                        TestBroker.get().client(),
                        new Topics(Door.prefix()),
                        "selector-deaf",
                        ServiceKind.SERVICE_KIND_SELECTOR,
                        status -> {});

        boolean isSeen() {
            return io.wildstream.contracts.v1.PipelineServiceGrpc.newBlockingStub(door.channel())
                    .getPipelineStatus(io.wildstream.contracts.v1.GetPipelineStatusRequest.getDefaultInstance())
                    .getInstancesList()
                    .stream()
                    .anyMatch(status -> status.getInstance().equals("selector-deaf"));
        }

        @Override
        public void close() {
            reporter.close();
        }
    }
}
