// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.reference;

import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.MissingSamples;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers samples that are missing, in the order of their offsets, into as few decisions as can be: those with nothing between them are
 * one. A whole bucket that is gone is a decision of a few bytes. Belongs to one thread.
 */
public final class MissingRanges {

    private final List<MissingSamples.Builder> ranges = new ArrayList<>();
    private boolean open;

    /** A sample is missing. */
    public void add(long offset, MissingReason reason) {
        MissingSamples.Builder last = open ? ranges.get(ranges.size() - 1) : null;
        if (last == null || last.getReason() != reason) {
            last = MissingSamples.newBuilder().setFirstOffset(offset).setReason(reason);
            ranges.add(last);
            open = true;
        }
        last.setLastOffset(offset).setSamples(last.getSamples() + 1);
    }

    /** A sample came that is not missing: nothing decided after it may be said of it. */
    public void endRange() {
        open = false;
    }

    /** How many decisions there are. */
    public int size() {
        return ranges.size();
    }

    /** The decisions so far, which are then forgotten; of samples that are never learned. */
    public List<MissingSamples> take() {
        List<MissingSamples> taken =
                ranges.stream().map(MissingSamples.Builder::build).toList();
        ranges.clear();
        open = false;
        return taken;
    }

    /** As {@link #take()}, of samples that were learned before and are no longer rehearsed from a step on. */
    public List<MissingSamples> take(long fromStep) {
        return take().stream()
                .map(decision -> decision.toBuilder().setFromStep(fromStep).build())
                .toList();
    }
}
