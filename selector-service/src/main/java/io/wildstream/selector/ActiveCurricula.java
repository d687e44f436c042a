// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.wildstream.contracts.v1.RankingRecord;
import io.wildstream.selection.RuleReport;
import io.wildstream.selector.curriculum.ActiveCurriculum;
import io.wildstream.selector.curriculum.Curricula;
import io.wildstream.selector.curriculum.Curriculum;
import io.wildstream.selector.ranking.RankedGenerations;
import io.wildstream.selector.streams.StateFormat;
import io.wildstream.selector.streams.StoreRuleState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The curricula at work in one input partition, in the newest generation of each policy, with their state in the task's store. */
final class ActiveCurricula {

    private final Curricula curricula;
    private final KeyValueStore<Bytes, byte[]> store;
    private final int partition;
    private Map<String, Curriculum> seen = Map.of();
    private @Nullable RankedGenerations ranked;
    /** Replaced as a whole, since reports are read by another thread. */
    private volatile List<ActiveCurriculum> active = List.of();

    /** No curricula yet. */
    ActiveCurricula(Curricula curricula, KeyValueStore<Bytes, byte[]> store, int partition) {
        this.curricula = curricula;
        this.store = store;
        this.partition = partition;
    }

    /** Those that decide on a sample when it arrives. */
    List<ActiveCurriculum> all() {
        return active;
    }

    /**
     * Changes to the newest generation of each policy.
     *
     * @return a closing record for each generation whose samples the ranking stage will get no more of
     * @throws IllegalStateException when a newer selector wrote the state
     */
    Collection<RankingRecord> follow() {
        Map<String, Curriculum> newest = curricula.current();
        if (newest == seen) {
            return List.of();
        }
        StateFormat.claim(store);
        if (ranked == null) {
            ranked = new RankedGenerations(store);
        }
        List<ActiveCurriculum> next = new ArrayList<>();
        for (Curriculum curriculum : newest.values()) {
            if (curriculum.decidesOnArrival()) {
                next.add(continued(curriculum));
            }
        }
        active = List.copyOf(next);
        seen = newest;
        return ranked.change(newest, partition).values();
    }

    /** How the rules stand, by curriculum. Callable from any thread. */
    Map<String, RuleReport> reports() {
        Map<String, RuleReport> reports = new TreeMap<>();
        active.forEach(
                one -> reports.put(one.curriculum().name(), one.selection().report()));
        return reports;
    }

    private ActiveCurriculum continued(Curriculum curriculum) {
        return active.stream()
                .filter(one -> one.curriculum().equals(curriculum))
                .findAny()
                .orElseGet(() -> new ActiveCurriculum(
                        curriculum, curriculum.selection(new StoreRuleState(store, curriculum.name()))));
    }
}
