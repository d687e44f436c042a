// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.OffsetRange;
import io.wildstream.contracts.v1.RollbackRequest;
import io.wildstream.contracts.v1.SkipRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rules for rollback requests, shared by the gateway, which accepts a request, and the trainer, which carries it out. */
public final class Rollbacks {

    /** Ranges and sources that one request may name, together. */
    public static final int MAX_SKIPS = 1000;

    private Rollbacks() {}

    /**
     * The checkpoint that a request goes back to: the newest surviving one of its step.
     *
     * @param surviving the student's surviving checkpoints, oldest first
     */
    public static Optional<CheckpointManifest> target(List<CheckpointManifest> surviving, long step) {
        return surviving.stream().filter(manifest -> manifest.getStep() == step).reduce((first, second) -> second);
    }

    /** What is wrong with a request; empty when it can be carried out. Each problem begins with its field and a colon. */
    public static List<String> problems(List<CheckpointManifest> surviving, RollbackRequest request) {
        List<String> problems = new ArrayList<>(problemsOfSkips(request));
        Optional<CheckpointManifest> target = target(surviving, request.getStep());
        if (target.isEmpty()) {
            problems.add("step: the student has no surviving checkpoint of step " + request.getStep());
            return problems;
        }
        CheckpointManifest manifest = target.get();
        boolean reopens = request.getEndsBefore() > 0;
        if (manifest.getFinished() && !reopens) {
            problems.add("step: the student has finished at step " + request.getStep()
                    + ": choose an earlier one, or set reopen");
        }
        if (reopens && manifest.getSpec().getOffline().getEpochs() > 0) {
            problems.add("reopen: a student of the offline scheme learns when the stream has ended, and then for good:"
                    + " create another student");
        }
        List<String> kept = surviving.get(surviving.size() - 1).getKeptDirectoriesList();
        if (!kept.isEmpty() && !kept.contains(manifest.getDirectory())) {
            problems.add("step: the files of the checkpoint of step " + request.getStep() + " are no longer kept");
        }
        for (OffsetRange range : request.getSkipOffsetsList()) {
            if (range.getFirst() < manifest.getNextOffset() && range.getFirst() <= range.getLast()) {
                problems.add("skip_offsets: " + range.getFirst() + "-" + range.getLast() + " begins before offset "
                        + manifest.getNextOffset() + ", up to which the checkpoint of step " + request.getStep()
                        + " has learned: go back further");
            }
        }
        return problems;
    }

    private static List<String> problemsOfSkips(RollbackRequest request) {
        List<String> problems = new ArrayList<>();
        if (request.getSkipOffsetsCount() + request.getSkipSourcesCount() > MAX_SKIPS) {
            problems.add("skip_offsets: at most " + MAX_SKIPS + " ranges and sources together are allowed");
        }
        for (OffsetRange range : request.getSkipOffsetsList()) {
            if (range.getFirst() < 0 || range.getLast() < range.getFirst()) {
                problems.add("skip_offsets: " + range.getFirst() + "-" + range.getLast()
                        + " is not a range of offsets: the first must be at least 0 and at most the last");
            }
        }
        return problems;
    }

    /** The rules after the rollback: those of the checkpoint, and what the request leaves out. */
    public static List<SkipRule> rules(CheckpointManifest target, RollbackRequest request) {
        List<SkipRule> rules = new ArrayList<>(target.getSkipsList());
        if (request.getSkipOffsetsCount() + request.getSkipSourcesCount() > 0 || request.getEndsBefore() > 0) {
            rules.add(SkipRule.newBuilder()
                    .setFromStep(target.getStep())
                    .setFromOffset(target.getNextOffset())
                    .addAllOffsets(request.getSkipOffsetsList())
                    .addAllSources(request.getSkipSourcesList())
                    .setEndsBefore(request.getEndsBefore())
                    .build());
        }
        return rules;
    }

    /** Whether a rule leaves out the selected sample at an offset of the curriculum. */
    public static boolean skips(SkipRule rule, long offset, String source) {
        return offset >= rule.getFromOffset()
                && (rule.getSourcesList().contains(source)
                        || rule.getOffsetsList().stream()
                                .anyMatch(range -> range.getFirst() <= offset && offset <= range.getLast()));
    }
}
