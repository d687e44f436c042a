// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.drift;

import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.selection.RuleState;
import io.wildstream.selection.ScoredSample;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The drift detector of one input partition, with its state in the task's store; what it finds, as events. */
public final class DriftWatch {

    private static final Logger LOGGER = LoggerFactory.getLogger(DriftWatch.class);
    /** Name of its part of the task's state; sorts before every curriculum's keys, which begin with a letter. */
    public static final String NAME = "\0drift";

    private final DriftDetector detector;

    public DriftWatch(double delta, RuleState stored) {
        detector = new DriftDetector(delta, stored);
    }

    /** Takes the sample of the teacher output at an offset; what it shows to have changed. */
    public List<DriftEvent> add(ScoredSample sample, int partition, long offset) {
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
