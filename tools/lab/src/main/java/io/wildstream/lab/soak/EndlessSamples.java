// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.lab.data.mixture.WildMixture;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A mixture over and over, each time under other ids, until it is stopped. It keeps all samples of the first round, so that the later
 * ones cost almost nothing. Only one thread may take samples.
 */
final class EndlessSamples implements Iterator<Sample> {

    private final WildMixture mixture;
    private final List<Sample> firstRound;
    private volatile boolean stopped;
    private long next;

    EndlessSamples(WildMixture mixture) {
        this.mixture = mixture;
        this.firstRound = new ArrayList<>(mixture.size());
    }

    /** Ends it. */
    void stop() {
        stopped = true;
    }

    @Override
    public boolean hasNext() {
        return !stopped;
    }

    /** The next sample, also after the stop: who has asked before may take it. */
    @Override
    public Sample next() {
        long round = next / mixture.size();
        int place = (int) (next % mixture.size());
        if (round == 0) {
            firstRound.add(mixture.entry(place).sample());
        }
        Sample sample = firstRound.get(place);
        next++;
        return sample.toBuilder().setId(sample.getId() + "-round-" + round).build();
    }
}
