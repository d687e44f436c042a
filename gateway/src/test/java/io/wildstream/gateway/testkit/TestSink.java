// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.ingest.sink.SampleSink;
import io.wildstream.gateway.ingest.sink.StoreOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A sink that stores nothing until the test settles a sample. */
public final class TestSink implements SampleSink {

    private final List<Sample> samples = new ArrayList<>();
    private final List<Consumer<StoreOutcome>> listeners = new ArrayList<>();

    @Override
    public void store(Sample sample, byte[] value, Consumer<StoreOutcome> settled) {
        samples.add(sample);
        listeners.add(settled);
    }

    /** The samples that were to be stored so far. */
    public List<Sample> samples() {
        return samples;
    }

    /** Reports the outcome of a sample. */
    public void settle(int index, StoreOutcome outcome) {
        listeners.get(index).accept(outcome);
    }
}
