// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.ranking;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wildstream.contracts.v1.RankingReplay;
import io.wildstream.selector.curriculum.Curriculum;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The curricula with {@code two_pass}: scans each log and hands over its cut, once for each curriculum. That it was done is stored in the
 * transaction of the cut; a new generation before begins anew, one after it changes nothing.
 */
final class TwoPassJobs {

    private static final Logger LOGGER = LoggerFactory.getLogger(TwoPassJobs.class);
    /** First letter of the keys. */
    private static final char DONE = 't';

    private final KeyValueStore<Bytes, byte[]> store;
    private final Map<String, TwoPassScan> scans = new TreeMap<>();
    private Map<String, Curriculum> curriculaSeen = Map.of();

    TwoPassJobs(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    /** Whether there is anything to do for these curricula. */
    boolean wanted(Map<String, Curriculum> current) {
        if (current != curriculaSeen) {
            scans.values()
                    .removeIf(scan -> !scan.curriculum()
                            .equals(current.get(scan.curriculum().name())));
            curriculaSeen = current;
        }
        return current.values().stream().anyMatch(this::isWanted);
    }

    /** What keeps some from being carried out. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        scans.values().stream()
                .map(TwoPassScan::problem)
                .filter(problem -> !problem.isEmpty())
                .forEach(problems::add);
        for (Curriculum curriculum : curriculaSeen.values()) {
            byte[] done = store.get(key(curriculum.name()));
            if (done != null && ByteBuffer.wrap(done).getLong() != curriculum.generation()) {
                problems.add("curriculum '" + curriculum.name() + "' was written by two_pass in generation "
                        + ByteBuffer.wrap(done).getLong() + ": a later policy needs another curriculum");
            }
        }
        return problems;
    }

    /** Reads on; the cut of the first scan that is through. */
    Optional<RankingReplay> work(OutputLog log, BooleanSupplier pause) {
        for (Curriculum curriculum : curriculaSeen.values()) {
            if (!isWanted(curriculum)) {
                continue;
            }
            TwoPassScan scan = scans.computeIfAbsent(curriculum.name(), unused -> new TwoPassScan(curriculum, log));
            if (scan.work(log, pause)) {
                return Optional.of(finish(scan));
            }
        }
        return Optional.empty();
    }

    private RankingReplay finish(TwoPassScan scan) {
        Curriculum curriculum = scan.curriculum();
        RankingReplay replay = scan.rank();
        byte[] generation =
                ByteBuffer.allocate(Long.BYTES).putLong(curriculum.generation()).array();
        store.put(key(curriculum.name()), generation);
        scans.remove(curriculum.name());
        LOGGER.info("log ranked curriculum={} kept={}", curriculum.name(), replay.getKept());
        return replay;
    }

    private boolean isWanted(Curriculum curriculum) {
        return curriculum.policy().hasTwoPass() && store.get(key(curriculum.name())) == null;
    }

    private static Bytes key(String curriculum) {
        return Bytes.wrap((DONE + curriculum).getBytes(UTF_8));
    }
}
