// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static io.wildstream.kubernetes.WorkloadCheck.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Names, labels and selectors: who selects selects what it means, and what cannot be changed later holds nothing that changes. */
final class LabelCheck implements Check {

    private static final List<String> COMMON =
            List.of("app.kubernetes.io/part-of", "app.kubernetes.io/managed-by", "app.kubernetes.io/version");

    /** Strimzi gives their labels to pods that Wildstream's network policies must not select. */
    private static final Set<String> STRIMZI = Set.of("Kafka", "KafkaNodePool");

    @Override
    public void check(ClusterManifests cluster, Consumer<String> problem) {
        Set<String> ids = new HashSet<>();
        for (Manifest object : cluster.objects()) {
            require(ids.add(object.id()), object.id() + " stands twice", problem);
            if (STRIMZI.contains(object.kind())) {
                boolean taken = object.labels().containsKey("app.kubernetes.io/part-of");
                require(!taken, object.id() + ": Wildstream's network policies would close its pods", problem);
            } else {
                COMMON.forEach(label ->
                        require(object.labels().containsKey(label), object.id() + ": no label " + label, problem));
            }
            boolean plain = object.is("Namespace") || object.is("PriorityClass");
            require(
                    plain || object.at("/metadata/namespace").asText().equals("wildstream"),
                    object.id() + ": is not in the namespace wildstream",
                    problem);
        }
        for (Manifest workload : cluster.workloads()) {
            Map<String, String> labels = workload.podLabels();
            for (String label :
                    List.of("app.kubernetes.io/name", "app.kubernetes.io/component", "app.kubernetes.io/part-of")) {
                require(labels.containsKey(label), workload.id() + ": pods have no label " + label, problem);
            }
            JsonNode selector = workload.at("/spec/selector");
            require(
                    ClusterManifests.selects(selector, labels),
                    workload.id() + ": does not select its own pods",
                    problem);
            long selected = cluster.workloads().stream()
                    .filter(other -> ClusterManifests.selects(selector, other.podLabels()))
                    .count();
            require(selected <= 1, workload.id() + ": selects pods of another workload", problem);
            require(
                    !selector.toString().contains("version"),
                    workload.id() + ": a version in the selector could never be changed",
                    problem);
            require(
                    !workload.at("/spec/volumeClaimTemplates").toString().contains("version"),
                    workload.id() + ": a version in the volume claims could never be changed",
                    problem);
        }
        selectors(cluster, problem);
    }

    private static void selectors(ClusterManifests cluster, Consumer<String> problem) {
        cluster.all("Service").forEach(service -> {
            List<Manifest> selected = cluster.workloads().stream()
                    .filter(workload -> matches(service.at("/spec/selector"), workload.podLabels()))
                    .toList();
            require(
                    selected.size() == 1,
                    service.id() + ": selects " + selected.size() + " workloads, not one",
                    problem);
            for (JsonNode port : service.at("/spec/ports")) {
                selected.forEach(workload -> port(service, port, workload, problem));
            }
        });
        cluster.all("PodDisruptionBudget").forEach(budget -> {
            long selected = cluster.workloads().stream()
                    .filter(workload -> ClusterManifests.selects(budget.at("/spec/selector"), workload.podLabels()))
                    .count();
            require(selected == 1, budget.id() + ": selects " + selected + " workloads, not one", problem);
            require(
                    budget.at("/spec/maxUnavailable").asInt() >= 1,
                    budget.id() + ": no node could ever be drained",
                    problem);
        });
        for (Manifest workload : cluster.services()) {
            long budgets = cluster.all("PodDisruptionBudget")
                    .filter(budget -> ClusterManifests.selects(budget.at("/spec/selector"), workload.podLabels()))
                    .count();
            require(budgets == 1, workload.id() + ": has " + budgets + " PodDisruptionBudgets, not one", problem);
            for (JsonNode spread : workload.pod().path("topologySpreadConstraints")) {
                require(
                        ClusterManifests.selects(spread.path("labelSelector"), workload.podLabels()),
                        workload.id() + ": spreads pods of others",
                        problem);
            }
        }
    }

    private static boolean matches(JsonNode selector, Map<String, String> labels) {
        Map<String, String> wanted = Manifest.strings(selector);
        return !wanted.isEmpty() && labels.entrySet().containsAll(wanted.entrySet());
    }

    private static void port(Manifest service, JsonNode port, Manifest workload, Consumer<String> problem) {
        String target = port.path("targetPort").asText();
        JsonNode container = workload.containers().stream()
                .flatMap(one -> Manifest.list(one.path("ports")).stream())
                .filter(one -> one.path("name").asText().equals(target))
                .findFirst()
                .orElse(null);
        require(container != null, service.id() + ": port " + target + " is not a port of " + workload.id(), problem);
        require(
                container == null
                        || container.path("containerPort").asInt()
                                == port.path("port").asInt(),
                service.id() + ": port " + port.path("port") + " is not that of " + workload.id(),
                problem);
    }
}
