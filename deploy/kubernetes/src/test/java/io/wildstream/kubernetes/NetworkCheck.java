// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static io.wildstream.kubernetes.WorkloadCheck.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the network policies let through, decided as a cluster does: a pod that a policy of a direction selects gets only what one of them
 * allows. From outside only the gateway's port can be reached; every service can ask for names and reach Kafka, and a collector of traces
 * where it has one and only there.
 */
final class NetworkCheck implements Check {

    private static final String OWN = "wildstream";
    private static final String COLLECTOR = "quarkus.otel.exporter.otlp.endpoint";
    /** Of OTLP by gRPC. */
    private static final int COLLECTOR_PORT = 4317;

    /** A pod, or what is outside of the cluster when there is no namespace. */
    private record Peer(String namespace, Map<String, String> labels) {}

    private static final Peer INTERNET = new Peer("", Map.of());
    private static final Peer STRANGER = new Peer("elsewhere", Map.of("app", "stranger"));
    private static final Peer NEIGHBOUR = new Peer(OWN, Map.of("app", "stranger"));
    private static final Peer PROMETHEUS = new Peer("monitoring", Map.of("app.kubernetes.io/name", "prometheus"));
    private static final Peer NAMES = new Peer("kube-system", Map.of("k8s-app", "kube-dns"));

    @Override
    public void check(ClusterManifests cluster, Consumer<String> problem) {
        for (Manifest workload : cluster.workloads()) {
            String role = ClusterManifests.role(workload);
            for (JsonNode port : workload.containers().get(0).path("ports")) {
                boolean door =
                        role.equals("gateway") && port.path("name").asText().equals("http");
                for (Peer from : List.of(INTERNET, STRANGER, NEIGHBOUR)) {
                    require(
                            ingress(cluster, workload, from, port) == door,
                            workload.id() + ": port " + port.path("name").asText()
                                    + (door ? " is closed to " : " is open to ") + from,
                            problem);
                }
                boolean scraped = cluster.all("PodMonitor")
                        .anyMatch(monitor ->
                                ClusterManifests.selects(monitor.at("/spec/selector"), workload.podLabels()));
                require(
                        !scraped || ingress(cluster, workload, PROMETHEUS, port),
                        workload.id() + ": Prometheus cannot read its metrics",
                        problem);
            }
            require(egress(cluster, workload, NAMES, "UDP", 53), workload.id() + ": cannot ask for names", problem);
            require(
                    !egress(cluster, workload, STRANGER, "TCP", 443),
                    workload.id() + ": may call anything at port 443",
                    problem);
        }
        kafka(cluster, problem);
        cluster.services().forEach(service -> collector(cluster, service, problem));
    }

    private static void collector(ClusterManifests cluster, Manifest service, Consumer<String> problem) {
        String endpoint = ConfigurationCheck.files(cluster, service, problem).getProperty(COLLECTOR, "");
        int port = endpoint.isEmpty() ? COLLECTOR_PORT : URI.create(endpoint).getPort();
        require(
                egress(cluster, service, STRANGER, "TCP", port) != endpoint.isEmpty(),
                service.id()
                        + (endpoint.isEmpty()
                                ? ": has no collector and may call port "
                                : ": cannot reach the collector at port ")
                        + port,
                problem);
    }

    private static void kafka(ClusterManifests cluster, Consumer<String> problem) {
        String bootstrap = KafkaCheck.bootstrap(cluster);
        int port = Integer.parseInt(bootstrap.substring(bootstrap.indexOf(':') + 1));
        Manifest own = cluster.workloads().stream()
                .filter(workload -> ClusterManifests.role(workload).equals("kafka"))
                .findFirst()
                .orElse(null);
        Peer broker = own != null
                ? new Peer(OWN, own.podLabels())
                : cluster.all("Kafka")
                        .findFirst()
                        .map(kafka ->
                                new Peer(OWN, Map.of("strimzi.io/cluster", kafka.name(), "strimzi.io/kind", "Kafka")))
                        .orElse(INTERNET);
        for (Manifest service : cluster.services()) {
            require(
                    egress(cluster, service, broker, "TCP", port),
                    service.id() + ": cannot reach Kafka at port " + port,
                    problem);
            Peer self = new Peer(OWN, service.podLabels());
            require(
                    own == null
                            || ingress(
                                    cluster, own, self, own.containers().get(0).at("/ports/0")),
                    service.id() + ": Kafka does not let it in",
                    problem);
        }
    }

    private static boolean ingress(ClusterManifests cluster, Manifest to, Peer from, JsonNode port) {
        return allowed(
                cluster,
                to,
                "Ingress",
                from,
                "TCP",
                port.path("containerPort").asInt(),
                port.path("name").asText());
    }

    private static boolean egress(ClusterManifests cluster, Manifest from, Peer to, String protocol, int port) {
        return allowed(cluster, from, "Egress", to, protocol, port, "");
    }

    private static boolean allowed(
            ClusterManifests cluster,
            Manifest pod,
            String direction,
            Peer peer,
            String protocol,
            int port,
            String portName) {
        List<Manifest> policies = cluster.all("NetworkPolicy")
                .filter(policy -> ClusterManifests.selects(policy.at("/spec/podSelector"), pod.podLabels()))
                .filter(policy -> policy.at("/spec/policyTypes").toString().contains(direction))
                .toList();
        String rules = direction.equals("Ingress") ? "/spec/ingress" : "/spec/egress";
        String peers = direction.equals("Ingress") ? "from" : "to";
        return policies.isEmpty()
                || policies.stream()
                        .flatMap(policy -> Manifest.list(policy.at(rules)).stream())
                        .anyMatch(rule ->
                                peer(rule.path(peers), peer) && port(rule.path("ports"), protocol, port, portName));
    }

    private static boolean peer(JsonNode allowed, Peer peer) {
        return allowed.isEmpty() || Manifest.list(allowed).stream().anyMatch(one -> isPeer(one, peer));
    }

    private static boolean isPeer(JsonNode allowed, Peer peer) {
        if (allowed.has("ipBlock")) {
            return peer.namespace.isEmpty();
        }
        Map<String, String> namespaceLabels = Map.of("kubernetes.io/metadata.name", peer.namespace);
        boolean namespace = allowed.has("namespaceSelector")
                ? !peer.namespace.isEmpty()
                        && ClusterManifests.selects(allowed.path("namespaceSelector"), namespaceLabels)
                : peer.namespace.equals(OWN);
        return namespace && ClusterManifests.selects(allowed.path("podSelector"), peer.labels);
    }

    private static boolean port(JsonNode allowed, String protocol, int port, String name) {
        return allowed.isEmpty()
                || Manifest.list(allowed).stream()
                        .filter(one -> one.path("protocol").asText("TCP").equals(protocol))
                        .anyMatch(one -> !one.has("port")
                                || one.path("port").asText().equals(Integer.toString(port))
                                || one.path("port").asText().equals(name));
    }
}
