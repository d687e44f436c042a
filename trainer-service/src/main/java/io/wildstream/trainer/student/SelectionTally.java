// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.student;

import io.wildstream.contracts.v1.SelectionSummary;
import io.wildstream.trainer.curriculum.Selection;
import io.wildstream.trainer.curriculum.TrainingSample;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What was learned since the last checkpoint, for the lineage: selections by policy generation, teachers and decoders. */
public final class SelectionTally {

    private final SortedMap<Long, SelectionSummary> byGeneration = new TreeMap<>();
    private final SortedSet<String> teacherDigests = new TreeSet<>();
    private final SortedSet<Integer> decoders = new TreeSet<>();

    void add(TrainingSample sample) {
        Selection selection = sample.selection();
        SelectionSummary one = SelectionSummary.newBuilder()
                .setPolicyGeneration(selection.policyGeneration())
                .setSamples(1)
                .setMinThreshold(selection.threshold())
                .setMaxThreshold(selection.threshold())
                .setMaxNoiseValue(selection.noiseValue())
                .build();
        byGeneration.merge(selection.policyGeneration(), one, SelectionTally::sum);
        teacherDigests.add(sample.teacher().digest());
        decoders.add(sample.decoder());
    }

    private static SelectionSummary sum(SelectionSummary a, SelectionSummary b) {
        return a.toBuilder()
                .setSamples(a.getSamples() + b.getSamples())
                .setMinThreshold(Math.min(a.getMinThreshold(), b.getMinThreshold()))
                .setMaxThreshold(Math.max(a.getMaxThreshold(), b.getMaxThreshold()))
                .setMaxNoiseValue(Math.max(a.getMaxNoiseValue(), b.getMaxNoiseValue()))
                .build();
    }

    public void clear() {
        byGeneration.clear();
        teacherDigests.clear();
        decoders.clear();
    }

    public List<SelectionSummary> summaries() {
        return List.copyOf(byGeneration.values());
    }

    public List<String> teacherDigests() {
        return List.copyOf(teacherDigests);
    }

    public List<Integer> decoders() {
        return List.copyOf(decoders);
    }
}
