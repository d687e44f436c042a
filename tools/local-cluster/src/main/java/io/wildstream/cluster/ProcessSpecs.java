// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import io.wildstream.cluster.config.KeyFile;
import io.wildstream.cluster.process.ProcessSpec;
import io.wildstream.cluster.process.Readiness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The command line of each process of a cluster: heap, Java options and the configuration keys of the service. */
final class ProcessSpecs {

    /** Exit status of a trainer that another trainer of its student has fenced: see {@code docs/checkpoints.md}. */
    private static final int TRAINER_FENCED = 3;

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final Installation installation;
    private final ClusterPlan plan;
    private final Map<String, Integer> ports;

    ProcessSpecs(Installation installation, ClusterPlan plan, Map<String, Integer> ports) {
        this.installation = installation;
        this.plan = plan;
        this.ports = ports;
    }

    ProcessSpec broker() {
        List<String> command = java("512m");
        // The broker runs for minutes: the second compiler would cost more than it saves.
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(installation.classPath());
        command.add("io.wildstream.cluster.broker.BrokerMain");
        command.add(plan.data().resolve("broker").toString());
        command.add(Integer.toString(port("broker")));
        command.add(Integer.toString(port("controller")));
        return new ProcessSpec("broker", command, log("broker"), Readiness.port(port("broker")));
    }

    ProcessSpec gateway() {
        ProcessSpec gateway = service("gateway", "gateway", "384m", List.of());
        Path token = plan.tokenFile();
        return token == null ? gateway : gateway.with("WILDSTREAM_GATEWAY_TOKEN", GatewayToken.ensure(token));
    }

    List<ProcessSpec> teachers() {
        List<String> names = plan.teacherNames();
        return IntStream.range(0, names.size())
                .mapToObj(i -> teacher(names.get(i), "teacher-" + i))
                .toList();
    }

    List<ProcessSpec> selectors() {
        List<String> names = plan.selectorNames();
        return IntStream.range(0, names.size())
                .mapToObj(i -> selector(names.get(i), "selector-" + i))
                .toList();
    }

    ProcessSpec teacher(String name, String instance) {
        return service(
                name,
                "teacher-service",
                "768m",
                List.of(
                        option("wildstream.instance", instance),
                        option("wildstream.teacher.models", stores()),
                        option("wildstream.teacher.model", plan.teacherModel())));
    }

    ProcessSpec selector(String name, String instance) {
        return service(
                name,
                "selector-service",
                "512m",
                List.of(
                        option("wildstream.instance", instance),
                        option(
                                "wildstream.selector.state-directory",
                                plan.data().resolve(name)),
                        option("wildstream.selector.publish-rejected", true)));
    }

    ProcessSpec trainer(String student) {
        return trainer(student, ClusterPlan.trainer(student), List.of());
    }

    /** A trainer that learns a student again from the beginning of its curriculum and writes the digest of the result. */
    ProcessSpec verifier(String student, String name) {
        return trainer(student, name, List.of(option("wildstream.trainer.mode", "verify")));
    }

    /** A trainer that condenses image sets. */
    ProcessSpec condenser() {
        List<String> options = trainerOptions(ClusterPlan.CONDENSER, ClusterPlan.CONDENSER, plan.condensed());
        options.add(option("wildstream.trainer.mode", "condense"));
        return service(ClusterPlan.CONDENSER, "trainer-service", "1500m", options);
    }

    private List<String> trainerOptions(String student, String name, Path results) {
        List<String> options = new ArrayList<>(List.of(
                option("wildstream.instance", name),
                option("wildstream.trainer.student", student),
                option("wildstream.trainer.models", stores() + "," + plan.condensed()),
                option("wildstream.trainer.checkpoints", results)));
        if (plan.holdout() != null) {
            options.add(option("wildstream.trainer.holdout", plan.holdout()));
        }
        return options;
    }

    private ProcessSpec trainer(String student, String name, List<String> more) {
        List<String> options = trainerOptions(student, name, plan.checkpoints());
        options.add(option(
                "wildstream.trainer.checkpoint-interval",
                plan.checkpointInterval().toSeconds() + "s"));
        options.addAll(more);
        return service(name, "trainer-service", "768m", options).endingWhenTakenOver(TRAINER_FENCED);
    }

    private ProcessSpec service(String name, String module, String heap, List<String> options) {
        List<String> command = java(heap);
        if (plan.startsBroker()) {
            command.add(option("kafka.bootstrap.servers", "127.0.0.1:" + port("broker")));
        }
        command.add(option("wildstream.topic-prefix", plan.topicPrefix()));
        command.add(option("wildstream.marks-directory", plan.data().resolve("marks")));
        command.add(option("quarkus.http.host", "127.0.0.1"));
        command.add(option("quarkus.http.port", port(name)));
        command.add(option("quarkus.banner.enabled", false));
        command.addAll(options);
        plan.settings().forEach((key, value) -> command.add(option(key, value)));
        KeyFile keyFile = plan.keyFile();
        if (keyFile != null) {
            // What the file states comes before what is only usual.
            keyFile.keys().keySet().forEach(key -> command.removeIf(option -> option.startsWith(option(key, ""))));
            command.add(option("quarkus.config.locations", keyFile.path().toUri()));
        }
        command.add("-jar");
        command.add(installation.serviceJar(module).toString());
        int port = port(name);
        return new ProcessSpec(name, command, log(name), Readiness.health(port), Readiness.live(port), null);
    }

    /**
     * Prometheus in the directory of its configuration. It is not a Java process that could notice the end of the launcher itself: the
     * shell starts a watch in the background, which ends it then, and becomes Prometheus.
     */
    ProcessSpec prometheus(Path program, Path directory) {
        long launcher = ProcessHandle.current().pid();
        List<String> command = ownSession();
        command.addAll(List.of(
                "/bin/sh",
                "-c",
                "(while kill -0 " + launcher
                        + " && kill -0 $$; do sleep 1; done; kill $$) >/dev/null 2>&1 & exec \"$@\"",
                Prometheus.NAME,
                program.toString(),
                "--config.file=" + directory.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + directory.resolve("samples"),
                "--storage.tsdb.retention.time=7d",
                "--enable-feature=exemplar-storage",
                "--web.listen-address=127.0.0.1:" + port(Prometheus.NAME)));
        int port = port(Prometheus.NAME);
        return new ProcessSpec(
                Prometheus.NAME,
                command,
                log(Prometheus.NAME),
                Readiness.answers(port, "/-/ready"),
                Readiness.answers(port, "/-/healthy"),
                null);
    }

    /** The beginning of every command: a session of its own where the system has that, so that Ctrl-C reaches the launcher only. */
    static List<String> ownSession() {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        return command;
    }

    private List<String> java(String heap) {
        List<String> command = ownSession();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-javaagent:" + installation.agentJar());
        command.add("-Xmx" + heap);
        command.addAll(plan.profile().options(heap));
        command.add("-XX:+UseSerialGC");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add(option("ai.djl.pytorch.num_threads", 1));
        command.add(option("ai.djl.pytorch.num_interop_threads", 1));
        command.add(option("ai.djl.offline", true));
        command.add(option("DJL_OFFLINE", true));
        return command;
    }

    private String stores() {
        return plan.modelStores().stream().map(Path::toString).collect(Collectors.joining(","));
    }

    private int port(String name) {
        return Ports.of(ports, name);
    }

    private Path log(String name) {
        return plan.home().logs().resolve(name + ".log");
    }

    private static String option(String key, Object value) {
        return "-D" + key + "=" + value;
    }

    /** Paths in a comma-separated list cannot hold a comma. */
    static void requireNoComma(Path path) {
        if (path.toString().contains(",")) {
            throw new ClusterException(
                    "the path " + path + " holds a comma, which separates paths in a list: use another directory");
        }
    }
}
