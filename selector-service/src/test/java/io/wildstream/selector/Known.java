// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.wildstream.contracts.v1.Balance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A sample as a test knows it, without any of the code under test. */
record Known(int partition, long offset, double noiseValue, int label) {

    static Known of(int partition, long offset, float[] logits) {
        int best = 0;
        double sum = 0;
        for (int k = 0; k < logits.length; k++) {
            best = logits[k] > logits[best] ? k : best;
        }
        for (int k = 0; k < logits.length; k++) {
            sum += k == best ? 0 : Math.exp((double) logits[k] - logits[best]);
        }
        return new Known(partition, offset, Math.log1p(sum), best);
    }

    /** The ids of the samples that are kept: sorts and cuts. */
    static List<String> bruteForce(List<Known> samples, int keep, Balance balance) {
        Comparator<Known> rank = Comparator.comparingDouble(Known::noiseValue)
                .thenComparing(Known::partition)
                .thenComparing(Known::offset);
        int groups = balance == Balance.BALANCE_GLOBAL ? 1 : TeacherOutputs.CLASSES;
        List<String> kept = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            int label = group;
            samples.stream()
                    .filter(one -> groups == 1 || one.label() == label)
                    .sorted(rank)
                    .limit(keep / groups + (label < keep % groups ? 1 : 0))
                    .forEach(one -> kept.add(TeacherOutputs.id(one.partition(), one.offset())));
        }
        return kept.stream().sorted().toList();
    }
}
