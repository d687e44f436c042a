// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Pods: the restricted pod security standard, no token of the API server, no environment from services, probes of the health paths,
 * resources, time to stop, and an identity that is kept.
 */
final class WorkloadCheck implements Check {

    /** Where each service says how long it takes to stop, in seconds. */
    private static final Map<String, List<String>> STOPS = Map.of(
            "teacher",
            List.of(
                    "teacher-service/src/main/java/io/wildstream/teacher/app/TeacherService.java",
                    "STOP_TIMEOUT = Duration\\.ofSeconds\\((\\d+)\\)"),
            "selector",
            List.of(
                    "selector-service/src/main/java/io/wildstream/selector/Selector.java",
                    "STOP_TIMEOUT = Duration\\.ofSeconds\\((\\d+)\\)"),
            "trainer",
            List.of(
                    "trainer-service/src/main/java/io/wildstream/trainer/app/TrainerService.java",
                    "STOP_SECONDS = (\\d+)"));

    private static final Pattern MEMORY = Pattern.compile("\\d+(Mi|Gi)");
    private static final Pattern VERSION = Pattern.compile("(:\\d+\\.\\d+\\.\\d+|@sha256:[0-9a-f]{64})$");
    /** Without one, every node asks a public registry where the name may be somebody else's. */
    private static final Pattern REGISTRY = Pattern.compile("(localhost|[a-z0-9-]+(\\.[a-z0-9-]+)+)(:\\d+)?/");

    @Override
    public void check(ClusterManifests cluster, Consumer<String> problem) {
        Manifest namespace = cluster.find("Namespace", "wildstream").orElse(null);
        if (namespace == null || !"restricted".equals(namespace.labels().get("pod-security.kubernetes.io/enforce"))) {
            problem.accept("the namespace does not enforce the restricted pod security standard");
        }
        for (Manifest workload : cluster.workloads()) {
            Consumer<String> own = what -> problem.accept(workload.id() + ": " + what);
            pod(workload, own);
            workload.allContainers().forEach(container -> container(container, own));
            workload.containers().forEach(container -> probes(workload, container, own));
            identity(cluster, workload, own);
            stop(workload, own);
        }
    }

    private static void pod(Manifest workload, Consumer<String> problem) {
        JsonNode pod = workload.pod();
        require(
                pod.path("automountServiceAccountToken").isBoolean()
                        && !pod.path("automountServiceAccountToken").asBoolean(),
                "automountServiceAccountToken is not false",
                problem);
        require(
                pod.path("enableServiceLinks").isBoolean()
                        && !pod.path("enableServiceLinks").asBoolean(),
                "enableServiceLinks is not false: variables such as KAFKA_PORT would be read as configuration",
                problem);
        JsonNode context = pod.path("securityContext");
        require(context.path("runAsNonRoot").asBoolean(), "runAsNonRoot is not true", problem);
        require(context.path("runAsUser").asInt() == 10001, "runAsUser is not 10001, the images' user", problem);
        require(
                context.path("fsGroup").asInt() == 10001,
                "fsGroup is not 10001: volumes could not be written",
                problem);
        require(
                context.at("/seccompProfile/type").asText().equals("RuntimeDefault"),
                "seccompProfile is not RuntimeDefault",
                problem);
        for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
            require(!pod.path(field).asBoolean(), field + " is set", problem);
        }
        for (JsonNode volume : pod.path("volumes")) {
            require(!volume.has("hostPath"), "volume " + volume.path("name").asText() + " is a hostPath", problem);
            require(
                    !volume.has("emptyDir") || volume.path("emptyDir").has("sizeLimit"),
                    "emptyDir " + volume.path("name").asText() + " has no sizeLimit",
                    problem);
        }
    }

    private static void container(JsonNode container, Consumer<String> problem) {
        String name = container.path("name").asText();
        JsonNode context = container.path("securityContext");
        require(
                context.path("allowPrivilegeEscalation").isBoolean()
                        && !context.path("allowPrivilegeEscalation").asBoolean(),
                name + ": allowPrivilegeEscalation is not false",
                problem);
        require(
                context.path("readOnlyRootFilesystem").asBoolean(),
                name + ": readOnlyRootFilesystem is not true",
                problem);
        require(
                context.at("/capabilities/drop/0").asText().equals("ALL")
                        && !context.at("/capabilities").has("add"),
                name + ": capabilities are not dropped",
                problem);
        require(
                !context.path("privileged").asBoolean() && !context.has("runAsUser"),
                name + ": overrides the pod's user",
                problem);
        String image = container.path("image").asText();
        require(VERSION.matcher(image).find(), name + ": image " + image + " has no version and no digest", problem);
        require(REGISTRY.matcher(image).lookingAt(), name + ": image " + image + " names no registry", problem);
        JsonNode resources = container.path("resources");
        require(resources.at("/requests/cpu").isTextual(), name + ": no request of cpu", problem);
        require(
                MEMORY.matcher(resources.at("/requests/memory").asText()).matches(),
                name + ": no request of memory",
                problem);
        require(
                resources.at("/limits/memory").equals(resources.at("/requests/memory")),
                name + ": the limit of memory is not what is requested",
                problem);
    }

    private static void probes(Manifest workload, JsonNode container, Consumer<String> problem) {
        boolean service = ServiceKeys.MODULES.containsKey(ClusterManifests.role(workload));
        Map<String, String> paths = Map.of(
                "startupProbe",
                "/q/health/live",
                "livenessProbe",
                "/q/health/live",
                "readinessProbe",
                "/q/health/ready");
        paths.forEach((probe, path) -> {
            JsonNode found = container.path(probe);
            String port =
                    found.at(service ? "/httpGet/port" : "/tcpSocket/port").asText();
            require(!found.isMissingNode(), "no " + probe, problem);
            require(
                    found.isMissingNode()
                            || !service
                            || found.at("/httpGet/path").asText().equals(path),
                    probe + " does not ask " + path,
                    problem);
            require(
                    found.isMissingNode() || ports(container).contains(port),
                    probe + " asks port " + port + ", which is not declared",
                    problem);
        });
    }

    private static List<String> ports(JsonNode container) {
        return Manifest.list(container.path("ports")).stream()
                .map(port -> port.path("name").asText())
                .toList();
    }

    private static void identity(ClusterManifests cluster, Manifest workload, Consumer<String> problem) {
        if (!workload.is("StatefulSet")) {
            problem.accept("is no StatefulSet: transactional ids and names in status follow the ordinal");
        }
        String governing = workload.at("/spec/serviceName").asText();
        boolean headless = cluster.find("Service", governing)
                .map(service -> service.at("/spec/clusterIP").asText().equals("None"))
                .orElse(false);
        require(headless, "serviceName " + governing + " is no headless service", problem);
        if (ServiceKeys.MODULES.containsKey(ClusterManifests.role(workload))) {
            boolean named = workload.containers().get(0).path("env").findParents("name").stream()
                    .filter(env -> env.path("name").asText().equals("WILDSTREAM_INSTANCE"))
                    .anyMatch(env ->
                            env.at("/valueFrom/fieldRef/fieldPath").asText().equals("metadata.name"));
            require(named, "WILDSTREAM_INSTANCE is not the pod's name", problem);
        }
        require(
                workload.at("/spec/podManagementPolicy").asText().equals("Parallel"),
                "podManagementPolicy is not Parallel: a pod that cannot start would never be replaced by a corrected one",
                problem);
        boolean trainer = ClusterManifests.role(workload).equals("trainer");
        require(!trainer || workload.at("/spec/replicas").asInt() == 1, "a student has one trainer, not more", problem);
    }

    private static void stop(Manifest workload, Consumer<String> problem) {
        List<String> source = STOPS.get(ClusterManifests.role(workload));
        int grace = workload.pod().path("terminationGracePeriodSeconds").asInt();
        int needed = source == null ? 30 : seconds(source.get(0), source.get(1));
        require(
                grace > needed,
                "terminationGracePeriodSeconds " + grace + " is not longer than " + needed
                        + " s, which a stop may take",
                problem);
    }

    private static int seconds(String file, String pattern) {
        try {
            var found = Pattern.compile(pattern).matcher(Files.readString(ClusterManifests.REPOSITORY.resolve(file)));
            if (!found.find()) {
                throw new IllegalStateException(file + " no longer says " + pattern);
            }
            return Integer.parseInt(found.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void require(boolean holds, String what, Consumer<String> problem) {
        if (!holds) {
            problem.accept(what);
        }
    }
}
