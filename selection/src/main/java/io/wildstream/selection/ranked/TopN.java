// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection.ranked;

import io.wildstream.contracts.SelectionPolicies;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.SelectionPolicy;
import java.util.HashMap;
import java.util.Map;

/**
 * The exact selection of the N best of a set of samples: DFND's {@code topk(N, largest=False)} (Chen et al., CVPR 2021), of each class
 * an equal part if balanced, within bounds on the shares of a class and of a source.
 *
 * <p>Samples are taken by rank (score, partition, offset) as long as N, the quota of their class ({@code N / K}, the first {@code N mod K}
 * classes one more) and the bounds ({@code floor(share N)}, at least 1) leave room. K is the number of classes that most samples have; a
 * label that this teacher does not have has no quota. A class with fewer samples than its quota keeps all of its own, and what it leaves
 * unfilled stays unfilled.
 *
 * @param balanced whether each class has a quota
 * @param maxSharePerClass of N, in (0, 1], or 0 for no bound
 * @param maxSharePerSource of N, in (0, 1], or 0 for no bound
 */
public record TopN(boolean balanced, double maxSharePerClass, double maxSharePerSource) {

    /** How a policy of samples that are ranked together takes them. */
    public static TopN of(SelectionPolicy policy) {
        Balance balance = policy.hasTwoPass()
                ? policy.getTwoPass().getBalance()
                : policy.getTopNWindow().getBalance();
        return new TopN(
                SelectionPolicies.balanced(balance), policy.getMaxSharePerClass(), policy.getMaxSharePerSource());
    }

    /** What has been taken, and how much may be. */
    private final class Taking {
        private final long count;
        private final int classes;
        private final long classCap;
        private final long sourceCap;
        private final Map<Integer, Long> byClass = new HashMap<>();
        private final Map<String, Long> bySource = new HashMap<>();
        private long taken;

        Taking(long count, int classes) {
            this.count = count;
            this.classes = classes;
            this.classCap = cap(maxSharePerClass, count);
            this.sourceCap = cap(maxSharePerSource, count);
        }

        boolean full() {
            return taken >= count;
        }

        boolean take(int label, String source) {
            long ofClass = byClass.getOrDefault(label, 0L);
            long ofSource = bySource.getOrDefault(source, 0L);
            if (ofClass >= Math.min(classCap, quota(label)) || ofSource >= sourceCap) {
                return false;
            }
            byClass.put(label, ofClass + 1);
            bySource.put(source, ofSource + 1);
            taken++;
            return true;
        }

        private long quota(int label) {
            if (!balanced) {
                return count;
            }
            if (label >= classes) {
                return 0;
            }
            return count / classes + (label < count % classes ? 1 : 0);
        }
    }

    private static long cap(double share, long count) {
        return share == 0 ? Long.MAX_VALUE : Math.max(1, (long) Math.floor(share * count));
    }

    /** Whether bounds or quotas ask for the class of a sample. */
    boolean byClass() {
        return balanced || maxSharePerClass > 0;
    }

    /** Whether a bound asks for the source of a sample. */
    public boolean bySource() {
        return maxSharePerSource > 0;
    }

    /** Ranks the samples and takes the best {@code count}, at least 0. */
    public Cut cut(Candidates candidates, long count) {
        Taking taking = new Taking(count, candidates.classes());
        Map<Cut.Group, Cut.Bound> bounds = new HashMap<>();
        for (int index : candidates.ranked()) {
            if (taking.full()) {
                break;
            }
            int label = candidates.label(index);
            String source = candidates.source(index);
            if (taking.take(label, source)) {
                bounds.put(
                        group(label, source),
                        new Cut.Bound(candidates.score(index), candidates.partition(index), candidates.offset(index)));
            }
        }
        return new Cut(this, bounds, taking.taken);
    }

    Cut.Group group(int label, String source) {
        return new Cut.Group(byClass() ? label : null, bySource() ? source : null);
    }
}
