// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.lab.workload.WorkloadSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One stream through one cluster, and the students that learn of it.
 *
 * @param setting of its rows in the table
 * @param settings of the stream and of the students
 * @param teacher settings of the data and of the training that the teacher comes from
 * @param labelNoise share of the stream's labels that are replaced by another class, in [0, 1); null for a stream without labels
 * @param curricula policies by name
 * @param arms the students, each of them of one of the curricula
 */
record Trial(
        String setting,
        WorkloadSettings settings,
        WorkloadSettings teacher,
        @Nullable Double labelNoise,
        Map<String, SelectionPolicy> curricula,
        List<Arm> arms) {

    Trial {
        arms = List.copyOf(arms);
    }
}
