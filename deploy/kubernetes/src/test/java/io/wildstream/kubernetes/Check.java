package io.wildstream.kubernetes;

import java.util.List;
import java.util.function.Consumer;

/** Something that must hold for every cluster. */
interface Check {

    /** Tells everything that does not hold. */
    void check(ClusterManifests cluster, Consumer<String> problem);

    /** All checks. */
    static List<Check> all() {
        return List.of(
                new WorkloadCheck(),
                new LabelCheck(),
                new ReferenceCheck(),
                new ConfigurationCheck(),
                new NetworkCheck(),
                new KafkaCheck(),
                new ScalingCheck(),
                new MonitoringCheck());
    }
}
