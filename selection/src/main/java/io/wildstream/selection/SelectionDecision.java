// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

/** What a policy says of one sample, with the score up to which it kept at that moment ({@code +infinity} where it has none). */
public sealed interface SelectionDecision {

    /** The score up to which samples of this class were kept; no kept sample is above it. */
    double threshold();

    /** The sample goes into the curriculum. */
    record Kept(double threshold) implements SelectionDecision {}

    /** The sample does not. */
    record NotKept(double threshold) implements SelectionDecision {}

    /** The decision comes later: the sample is ranked together with others. */
    record Deferred() implements SelectionDecision {

        @Override
        public double threshold() {
            return Double.NaN;
        }
    }

    /** The decision as a value. */
    static SelectionDecision of(boolean kept, double threshold) {
        if (kept) {
            return new Kept(threshold);
        }
        return new NotKept(threshold);
    }
}
