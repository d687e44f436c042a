// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.UpdateSelectionPolicyRequest;
import io.wildstream.contracts.v1.UpdateSelectionPolicyResponse;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.GatewayConfig;
import io.wildstream.gateway.Kafka;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands to curricula. Setting the same policy again makes no new generation. */
@Singleton
public class Curricula {

    private final Kafka kafka;
    private final ClusterState state;
    private final ControlWriter writer;
    private final Duration observeTimeout;

    Curricula(Kafka kafka, ClusterState state, ControlWriter writer, GatewayConfig config) {
        this.kafka = kafka;
        this.state = state;
        this.writer = writer;
        this.observeTimeout = config.gateway().observeTimeout();
    }

    /** Sets a policy and waits until all live selectors apply it; {@code observed} is false at once when none is live. */
    public UpdateSelectionPolicyResponse update(UpdateSelectionPolicyRequest request) throws InterruptedException {
        String name = ApiErrors.requireName("curriculum", request.getCurriculum());
        SelectionPolicy policy = request.getPolicy();
        PolicyChecks.check(policy);
        kafka.ensureCurriculum(name);
        String key = ControlKeys.curriculum(name);
        ControlRecord record = writer.change(key, before -> change(before, policy));
        boolean observed =
                state.await(() -> selectors().isEmpty() || selectorsRun(key, record.getGeneration()), observeTimeout);
        return UpdateSelectionPolicyResponse.newBuilder()
                .setGeneration(record.getGeneration())
                .setObserved(observed && selectorsRun(key, record.getGeneration()))
                .build();
    }

    private static ControlWriter.@Nullable Change change(@Nullable ControlRecord before, SelectionPolicy policy) {
        SelectionPolicy old = before == null ? null : before.getSelectionPolicy();
        PolicyChecks.checkChange(old, policy);
        if (policy.equals(old)) {
            return null;
        }
        ControlRecord record =
                ControlRecord.newBuilder().setSelectionPolicy(policy).build();
        return new ControlWriter.Change(record, List.of());
    }

    private boolean selectorsRun(String key, long generation) {
        List<InstanceStatus> selectors = selectors();
        return !selectors.isEmpty()
                && selectors.stream().allMatch(status -> status.getObservedGenerationsOrDefault(key, 0) >= generation);
    }

    private List<InstanceStatus> selectors() {
        return state.live(ServiceKind.SERVICE_KIND_SELECTOR);
    }
}
