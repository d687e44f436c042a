// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import java.util.List;

/**
 * What a trial came to.
 *
 * @param measurements of its students
 * @param norms of the teacher's features where the trial asks for them
 */
record TrialOutcome(List<Measurement> measurements, List<FeatureNorms> norms) {

    TrialOutcome {
        measurements = List.copyOf(measurements);
        norms = List.copyOf(norms);
    }
}
