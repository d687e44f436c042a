// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import java.util.List;
import java.util.function.Consumer;

/** Something that must hold for every cluster. */
interface Check {

    /** All checks. */
    List<Check> ALL = List.of(
            new WorkloadCheck(),
            new LabelCheck(),
            new ReferenceCheck(),
            new ConfigurationCheck(),
            new NetworkCheck(),
            new KafkaCheck(),
            new ScalingCheck(),
            new MonitoringCheck());

    /** Tells everything that does not hold. */
    void check(ClusterManifests cluster, Consumer<String> problem);
}
