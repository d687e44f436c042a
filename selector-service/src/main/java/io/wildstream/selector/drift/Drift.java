// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.drift;

/**
 * A change of the stream.
 *
 * @param signal what changed
 * @param before its value before: a mean noise value, or the share of {@code label}
 * @param after its value now
 * @param samplesBefore samples that {@code before} rests on
 * @param samplesAfter samples that {@code after} rests on
 * @param label the class whose share changed most; -1 for the noise value
 */
public record Drift(Signal signal, double before, double after, long samplesBefore, long samplesAfter, int label) {

    /** What is watched. */
    public enum Signal {
        NOISE_VALUE,
        CLASS_MIX
    }
}
