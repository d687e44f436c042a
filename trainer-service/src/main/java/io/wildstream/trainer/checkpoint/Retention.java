// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which checkpoints of a student's history stay: the newest ones, the first at or past each multiple of a number of steps, and what is
 * finished.
 *
 * @param newest how many of the newest stay, at least 1; 0 keeps all
 * @param everySteps of the others the first at or past each multiple of this many steps stays; 0 for none
 */
public record Retention(int newest, long everySteps) {

    /** Refuses negative numbers. */
    public Retention {
        if (newest < 0 || everySteps < 0) {
            throw new IllegalArgumentException("retention of " + newest + " and every " + everySteps + " steps");
        }
    }

    /**
     * Directories of the checkpoints that stay.
     *
     * @param history committed manifests that the student descends from, oldest first; two of one directory count once
     */
    public Set<String> staying(List<CheckpointManifest> history) {
        Set<String> staying = new TreeSet<>();
        for (int i = history.size() - 1; i >= 0; i--) {
            CheckpointManifest manifest = history.get(i);
            if (newest == 0 || staying.size() < newest || manifest.getFinished()) {
                staying.add(manifest.getDirectory());
            }
        }
        if (everySteps > 0) {
            addMilestones(history, staying);
        }
        return staying;
    }

    private void addMilestones(List<CheckpointManifest> history, Set<String> staying) {
        long passed = 0;
        for (CheckpointManifest manifest : history) {
            long multiples = manifest.getStep() / everySteps;
            if (multiples != passed) {
                staying.add(manifest.getDirectory());
            }
            passed = multiples;
        }
    }
}
