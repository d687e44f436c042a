// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.lab.data.mixture.WildMixture;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The samples of a stream in their order, each when the gate lets it pass. */
public final class GatedSamples implements Iterator<Sample> {

    private final WildMixture mixture;
    private final Gate gate;
    private int next;

    public GatedSamples(WildMixture mixture, Gate gate) {
        this.mixture = mixture;
        this.gate = gate;
    }

    @Override
    public boolean hasNext() {
        return next < mixture.size();
    }

    @Override
    public Sample next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        try {
            gate.pass();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("feeding was interrupted", e);
        }
        return mixture.entry(next++).sample();
    }
}
