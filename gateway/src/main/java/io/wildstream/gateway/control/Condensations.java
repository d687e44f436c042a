// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.CondensationSpecs;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.v1.Condensation;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.CondensationState;
import io.wildstream.contracts.v1.CondensationStatus;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.CreateCondensationRequest;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.gateway.ApiErrors;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Commands to condensers. A condensation is requested once: another one needs another name. */
@Singleton
public class Condensations {

    private final ClusterState state;
    private final ControlWriter writer;
    private final StartOffsets offsets;

    Condensations(ClusterState state, ControlWriter writer, StartOffsets offsets) {
        this.state = state;
        this.writer = writer;
        this.offsets = offsets;
    }

    /** Requests a condensation; the end of its curriculum is written into the spec. */
    public Condensation create(CreateCondensationRequest request) {
        String name = ApiErrors.requireName("name", request.getName());
        CondensationSpec.Builder spec =
                CondensationSpecs.withDefaults(request.getSpec()).toBuilder().setCancelled(false);
        List<String> problems = CondensationSpecs.problems(spec.build());
        if (!problems.isEmpty()) {
            throw ApiErrors.invalid(
                    problems.stream().map(problem -> "spec." + problem).toList());
        }
        if (spec.hasCurriculum()) {
            resolve(spec);
        }
        if (state.live(ServiceKind.SERVICE_KIND_CONDENSER).isEmpty()) {
            throw ApiErrors.precondition(
                    "no condenser is running: start a trainer-service with wildstream.trainer.mode=condense");
        }
        writer.change(ControlKeys.condensation(name), before -> {
            if (before != null && before.hasCondensation()) {
                throw ApiErrors.exists("condensation", name);
            }
            return change(spec.build());
        });
        return get(name);
    }

    private void resolve(CondensationSpec.Builder spec) {
        String curriculum = spec.getCurriculum().getCurriculum();
        if (state.policy(curriculum) == null) {
            throw ApiErrors.notFound("curriculum", curriculum);
        }
        long end = offsets.resolve(curriculum, -1);
        long wanted = spec.getCurriculum().getUntilOffset();
        if (wanted > end) {
            throw ApiErrors.invalid(
                    "spec.curriculum.until_offset",
                    "must be at most " + end + ", where the curriculum ends, got " + wanted);
        }
        spec.getCurriculumBuilder().setUntilOffset(wanted == 0 ? end : wanted);
    }

    /** Cancels a condensation; one that has ended does not change. */
    public Condensation cancel(String wanted) {
        String name = ApiErrors.requireName("name", wanted);
        writer.change(ControlKeys.condensation(name), record -> {
            CondensationSpec before = spec(name, record);
            return before.getCancelled()
                    ? null
                    : change(before.toBuilder().setCancelled(true).build());
        });
        return get(name);
    }

    /** One condensation. */
    public Condensation get(String wanted) {
        String name = ApiErrors.requireName("name", wanted);
        return joined(name, spec(name, state.control(ControlKeys.condensation(name))), statuses());
    }

    /** All condensations, by name. */
    public List<Condensation> list() {
        Map<String, CondensationStatus> statuses = statuses();
        return state.condensations().entrySet().stream()
                .map(entry -> joined(entry.getKey(), entry.getValue(), statuses))
                .toList();
    }

    /** A finished condensation of this name, or null: what an empty digest in a training spec is resolved from. */
    @Nullable CondensationStatus finished(String name) {
        CondensationStatus status = statuses().get(name);
        return status != null && status.getState() == CondensationState.CONDENSATION_STATE_FINISHED ? status : null;
    }

    private static ControlWriter.Change change(CondensationSpec spec) {
        return new ControlWriter.Change(
                ControlRecord.newBuilder().setCondensation(spec).build(), List.of());
    }

    private static CondensationSpec spec(String name, @Nullable ControlRecord record) {
        if (record == null || !record.hasCondensation()) {
            throw ApiErrors.notFound("condensation", name);
        }
        return record.getCondensation();
    }

    private static Condensation joined(String name, CondensationSpec spec, Map<String, CondensationStatus> statuses) {
        Condensation.Builder joined = Condensation.newBuilder().setName(name).setSpec(spec);
        CondensationStatus status = statuses.get(name);
        return status == null ? joined.build() : joined.setStatus(status).build();
    }

    private Map<String, CondensationStatus> statuses() {
        Map<String, CondensationStatus> all = new TreeMap<>();
        state.live(ServiceKind.SERVICE_KIND_CONDENSER)
                .forEach(instance -> instance.getCondenser()
                        .getCondensationsList()
                        .forEach(status -> all.put(status.getName(), status)));
        return all;
    }
}
