// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.selector.drift.Drift;
import io.wildstream.selector.drift.DriftDetector;
import io.wildstream.selector.policy.ScoredSample;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The drift detector of one input partition, with its state in the task's store; what it finds, as events. */
final class DriftWatch {

    private static final Logger LOGGER = LoggerFactory.getLogger(DriftWatch.class);
    /** Sorts before every curriculum's keys, which begin with a letter. */
    private static final String NAME = "\0drift";

    private final DriftDetector detector;

    DriftWatch(double delta, KeyValueStore<Bytes, byte[]> store) {
        detector = new DriftDetector(delta, new StoreRuleState(store, NAME));
    }

    /** Takes the sample of the teacher output at an offset; what it shows to have changed. */
    List<DriftEvent> add(ScoredSample sample, int partition, long offset) {
        return detector.add(sample.noiseValue(), sample.pseudoLabel(), sample.classes()).stream()
                .map(drift -> event(drift, partition, offset))
                .toList();
    }

    private static DriftEvent event(Drift drift, int partition, long offset) {
        LOGGER.info(
                "stream changed signal={} partition={} offset={} before={} after={}",
                drift.signal(),
                partition,
                offset,
                drift.before(),
                drift.after());
        DriftEvent.Builder event = DriftEvent.newBuilder()
                .setPartition(partition)
                .setOffset(offset)
                .setBefore(drift.before())
                .setAfter(drift.after())
                .setSamplesBefore(drift.samplesBefore())
                .setSamplesAfter(drift.samplesAfter());
        return switch (drift.signal()) {
            case NOISE_VALUE ->
                event.setSignal(DriftEvent.Signal.SIGNAL_NOISE_VALUE).build();
            case CLASS_MIX ->
                event.setSignal(DriftEvent.Signal.SIGNAL_CLASS_MIX)
                        .setPseudoLabel(drift.label())
                        .build();
        };
    }
}
