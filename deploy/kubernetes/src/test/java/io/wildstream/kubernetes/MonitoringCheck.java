// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static io.wildstream.kubernetes.WorkloadCheck.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Consumer;

/** Where there are PodMonitors, each service is read once, at a port that it has, with the token where it asks for one. */
final class MonitoringCheck implements Check {

    @Override
    public void check(ClusterManifests cluster, Consumer<String> problem) {
        if (cluster.all("PodMonitor").findAny().isEmpty()) {
            return;
        }
        for (Manifest workload : cluster.services()) {
            List<Manifest> monitors = cluster.all("PodMonitor")
                    .filter(monitor -> ClusterManifests.selects(monitor.at("/spec/selector"), workload.podLabels()))
                    .toList();
            require(monitors.size() == 1, workload.id() + ": is read by " + monitors.size() + " PodMonitors", problem);
            monitors.forEach(monitor -> endpoint(monitor, workload, problem));
        }
        require(cluster.all("PrometheusRule").count() == 1, "no PrometheusRule", problem);
    }

    private static void endpoint(Manifest monitor, Manifest workload, Consumer<String> problem) {
        JsonNode endpoint = monitor.at("/spec/podMetricsEndpoints/0");
        require(
                endpoint.path("path").asText().equals("/q/metrics"),
                monitor.id() + ": does not read /q/metrics",
                problem);
        boolean there = Manifest.list(workload.containers().get(0).path("ports")).stream()
                .anyMatch(port -> port.path("name").equals(endpoint.path("port")));
        require(
                there,
                monitor.id() + ": port " + endpoint.path("port").asText() + " is not one of " + workload.id(),
                problem);
        boolean locked = ClusterManifests.role(workload).equals("gateway");
        require(
                locked == endpoint.has("authorization"),
                monitor.id() + ": the token is for the gateway, and only for it",
                problem);
    }
}
