// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.lab.data.mixture.WildMixture;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The samples of a trial's stream, with labels where the trial asks for them. */
final class TrialSamples {

    private final WildMixture mixture;
    private final int classes;
    private final double noise;
    private final boolean given;
    private final long seed;

    TrialSamples(Trial trial, WildMixture mixture) {
        Double share = trial.labelNoise();
        this.mixture = mixture;
        this.classes = mixture.original().classCount();
        this.given = share != null;
        this.noise = share == null ? 0 : share;
        this.seed = trial.settings().seed();
    }

    /** All samples in the order of the stream. */
    Iterator<Sample> iterator() {
        return IntStream.range(0, mixture.size()).mapToObj(this::sample).iterator();
    }

    /** The sample at a place of the stream; which labels are wrong depends on the seed and the place alone. */
    Sample sample(int position) {
        Sample sample = mixture.entry(position).sample();
        if (!given) {
            return sample;
        }
        int label = mixture.label(position);
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + position);
        if (random.nextDouble() < noise) {
            label = (label + 1 + random.nextInt(classes - 1)) % classes;
        }
        return sample.toBuilder().setLabel(label).build();
    }
}
