// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.lab.data.mixture.WildMixture;
import java.util.Iterator;

/** The samples of a stream in their order, each when the gate lets it pass. */
public final class GatedSamples implements Iterator<Sample> {

    private final Iterator<Sample> samples;
    private final Gate gate;

    public GatedSamples(Iterator<Sample> samples, Gate gate) {
        this.samples = samples;
        this.gate = gate;
    }

    public GatedSamples(WildMixture mixture, Gate gate) {
        this(mixture.samples(), gate);
    }

    @Override
    public boolean hasNext() {
        return samples.hasNext();
    }

    @Override
    public Sample next() {
        Sample next = samples.next();
        try {
            gate.pass();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("feeding was interrupted", e);
        }
        return next;
    }
}
