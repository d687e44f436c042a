// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static io.wildstream.kubernetes.WorkloadCheck.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Number of instances: never more than partitions, scaled by the lag of the right group on the right topic, and by one owner only. */
final class ScalingCheck implements Check {

    private static final Map<String, String> TOPICS =
            Map.of("teacher", "wildstream.samples", "selector", "wildstream.teacher-outputs");

    /** {@code wildstream.gateway.max-backlog} when it is not set. */
    private static final String DEFAULT_BACKLOG = "200000";

    @Override
    public void check(ClusterManifests cluster, Consumer<String> problem) {
        int partitions = KafkaCheck.partitions(cluster);
        for (String role : TOPICS.keySet()) {
            Manifest workload = cluster.find("StatefulSet", role).orElse(null);
            if (workload == null) {
                problem.accept("no StatefulSet " + role);
                continue;
            }
            require(
                    workload.at("/spec/replicas").asInt(1) <= partitions,
                    workload.id() + ": more replicas than " + partitions + " partitions",
                    problem);
        }
        cluster.all("ScaledObject").forEach(scaled -> scaled(cluster, scaled, partitions, problem));
        cluster.all("StatefulSet")
                .filter(workload -> cluster.all("ScaledObject").anyMatch(scaled -> targets(scaled, workload)))
                .forEach(workload -> require(
                        !workload.at("/spec").has("replicas"),
                        workload.id() + ": sets replicas, which KEDA owns",
                        problem));
    }

    private static boolean targets(Manifest scaled, Manifest workload) {
        return scaled.at("/spec/scaleTargetRef/name").asText().equals(workload.name())
                && scaled.at("/spec/scaleTargetRef/kind").asText().equals(workload.kind());
    }

    private static void scaled(ClusterManifests cluster, Manifest scaled, int partitions, Consumer<String> problem) {
        String target = scaled.at("/spec/scaleTargetRef/name").asText();
        require(
                TOPICS.containsKey(target)
                        && cluster.find("StatefulSet", target).isPresent(),
                scaled.id() + ": scales " + target,
                problem);
        int most = scaled.at("/spec/maxReplicaCount").asInt(100);
        require(
                most <= partitions,
                scaled.id() + ": maxReplicaCount " + most + " is more than " + partitions + " partitions",
                problem);
        require(scaled.at("/spec/minReplicaCount").asInt(0) >= 1, scaled.id() + ": scales to nothing", problem);
        require(
                scaled.at("/spec/fallback/replicas").asInt() >= 1
                        && scaled.at("/spec/fallback/replicas").asInt() <= most,
                scaled.id() + ": no usable fallback",
                problem);
        String authentication =
                scaled.at("/spec/triggers/0/authenticationRef/name").asText();
        require(
                cluster.find("TriggerAuthentication", authentication).isPresent(),
                scaled.id() + ": no TriggerAuthentication " + authentication,
                problem);
        JsonNode trigger = scaled.at("/spec/triggers/0/metadata");
        require(
                trigger.path("topic").asText().equals(TOPICS.get(target)),
                scaled.id() + ": looks at topic " + trigger.path("topic").asText(),
                problem);
        require(
                trigger.path("consumerGroup").asText().equals("wildstream." + target),
                scaled.id() + ": looks at group "
                        + trigger.path("consumerGroup").asText(),
                problem);
        long full = trigger.path("lagThreshold").asLong() * most;
        Manifest gateway = cluster.find("StatefulSet", "gateway").orElseThrow();
        long backlog = Long.parseLong(ConfigurationCheck.files(cluster, gateway, ignored -> {})
                .getProperty("wildstream.gateway.max-backlog", DEFAULT_BACKLOG));
        require(
                backlog == 0 || full <= backlog,
                scaled.id() + ": all instances run only at a lag of " + full + ", the gateway holds clients back from "
                        + backlog,
                problem);
        String container =
                scaled.at("/spec/scaleTargetRef/envSourceContainerName").asText();
        boolean known = cluster.find("StatefulSet", Objects.requireNonNullElse(target, "")).stream()
                .flatMap(workload -> workload.containers().stream())
                .filter(one -> one.path("name").asText().equals(container))
                .anyMatch(one -> one.path("env")
                        .toString()
                        .contains('"' + trigger.path("bootstrapServersFromEnv").asText() + '"'));
        require(
                known,
                scaled.id() + ": the container " + container + " has no variable that says where Kafka is",
                problem);
    }
}
