// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static io.wildstream.kubernetes.WorkloadCheck.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.ServiceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Kafka: where clients look for it is where it is; topics are those of {@link Topics}, with their settings, replicated; users have no
 * more rights than on what is Wildstream's.
 */
final class KafkaCheck implements Check {

    /** What each service writes, the rare things too; {@code ProductionRightsIT} shows that the rights are enough for the common ones. */
    private static final Map<String, List<String>> WRITES = Map.of(
            "gateway",
            List.of("wildstream.samples", "wildstream.ingested-ids", "wildstream.control", "wildstream.status.gateway"),
            "teacher",
            List.of("wildstream.teacher-outputs", "wildstream.teacher-dlq", "wildstream.status.teacher"),
            "selector",
            List.of(
                    "wildstream.curriculum.dfnd",
                    "wildstream.rejected",
                    "wildstream.ranking",
                    "wildstream.events",
                    "wildstream.selector-dlq",
                    "wildstream.selector-rules-changelog",
                    "wildstream.status.selector"),
            "trainer",
            List.of("wildstream.checkpoints", "wildstream.trainer-dlq", "wildstream.status.trainer"));

    @Override
    public void check(ClusterManifests cluster, Consumer<String> problem) {
        bootstrap(cluster, problem);
        cluster.all("Kafka").forEach(kafka -> {
            strimzi(cluster, kafka, problem);
            topics(cluster, problem);
            users(cluster, problem);
        });
    }

    /** Address of Kafka in the config map {@code kafka-clients}. */
    static String bootstrap(ClusterManifests cluster) {
        return cluster.all("ConfigMap")
                .filter(map -> map.name().startsWith("kafka-clients-"))
                .map(map -> map.at("/data/bootstrap.servers").asText())
                .findFirst()
                .orElse("nowhere:0");
    }

    private static void bootstrap(ClusterManifests cluster, Consumer<String> problem) {
        String address = bootstrap(cluster);
        String host = address.substring(0, address.indexOf(':'));
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        boolean plain = cluster.find("Service", host)
                .map(service -> service.at("/spec/ports/0/port").asInt() == port)
                .orElse(false);
        boolean strimzi = cluster.all("Kafka")
                .filter(kafka -> host.equals(kafka.name() + "-kafka-bootstrap."
                        + kafka.at("/metadata/namespace").asText() + ".svc"))
                .flatMap(kafka -> Manifest.list(kafka.at("/spec/kafka/listeners")).stream())
                .anyMatch(listener -> listener.path("port").asInt() == port);
        boolean elsewhere = host.contains(".") && cluster.all("Kafka").findAny().isEmpty();
        require(plain || strimzi || elsewhere, "Kafka is not at " + address, problem);
        require(
                host.contains(".") || cluster.all("ScaledObject").findAny().isEmpty(),
                address + " is unknown where KEDA lives",
                problem);
    }

    private static void strimzi(ClusterManifests cluster, Manifest kafka, Consumer<String> problem) {
        JsonNode spec = kafka.at("/spec/kafka");
        for (JsonNode listener : spec.path("listeners")) {
            require(listener.path("tls").asBoolean(), kafka.id() + ": a listener without TLS", problem);
            require(
                    listener.at("/authentication/type").asText().equals("scram-sha-512"),
                    kafka.id() + ": a listener without SCRAM",
                    problem);
            require(
                    !listener.path("networkPolicyPeers").isEmpty(),
                    kafka.id() + ": a listener that is open to all pods",
                    problem);
        }
        require(spec.at("/authorization/type").asText().equals("simple"), kafka.id() + ": no authorization", problem);
        JsonNode config = spec.path("config");
        Map<String, Integer> wanted = Map.of(
                "min.insync.replicas", 2,
                "default.replication.factor", 3,
                "offsets.topic.replication.factor", 3,
                "transaction.state.log.replication.factor", 3,
                "transaction.state.log.min.isr", 2,
                "message.max.bytes", Topics.MAX_MESSAGE_BYTES,
                "replica.fetch.max.bytes", Topics.MAX_MESSAGE_BYTES);
        wanted.forEach((key, value) ->
                require(config.path(key).asInt() == value, kafka.id() + ": " + key + " is not " + value, problem));
        require(
                !config.path("auto.create.topics.enable").asBoolean(true),
                kafka.id() + ": makes topics by itself",
                problem);
        long brokers = cluster.all("KafkaNodePool")
                .filter(pool ->
                        pool.labels().getOrDefault("strimzi.io/cluster", "").equals(kafka.name()))
                .filter(pool -> pool.at("/spec/roles").toString().contains("broker"))
                .mapToLong(pool -> pool.at("/spec/replicas").asLong())
                .sum();
        require(brokers >= 3, kafka.id() + ": has " + brokers + " brokers for three replicas", problem);
    }

    private static void topics(ClusterManifests cluster, Consumer<String> problem) {
        int partitions = partitions(cluster);
        Map<String, Manifest> there = new TreeMap<>();
        cluster.all("KafkaTopic").forEach(topic -> there.put(topic.name(), topic));
        for (NewTopic wanted : wanted(partitions)) {
            Manifest topic = there.remove(wanted.name());
            if (topic == null) {
                problem.accept("no KafkaTopic " + wanted.name());
                continue;
            }
            require(
                    topic.at("/spec/partitions").asInt() == wanted.numPartitions(),
                    topic.id() + ": has " + topic.at("/spec/partitions") + " partitions, not " + wanted.numPartitions(),
                    problem);
            require(topic.at("/spec/replicas").asInt() == 3, topic.id() + ": has not three replicas", problem);
            Map<String, String> config = Manifest.strings(topic.at("/spec/config"));
            require(
                    "2".equals(config.remove("min.insync.replicas")),
                    topic.id() + ": min.insync.replicas is not 2",
                    problem);
            require(
                    config.equals(wanted.configs()),
                    topic.id() + ": settings " + config + " are not " + wanted.configs(),
                    problem);
            require(topic.labels().containsKey("strimzi.io/cluster"), topic.id() + ": belongs to no Kafka", problem);
        }
        there.keySet().forEach(name -> problem.accept("no service uses the KafkaTopic " + name));
    }

    /** {@code wildstream.partitions} of the file that every service reads. */
    static int partitions(ClusterManifests cluster) {
        Manifest gateway = cluster.find("StatefulSet", "gateway").orElseThrow();
        return Integer.parseInt(
                ConfigurationCheck.files(cluster, gateway, ignored -> {}).getProperty("wildstream.partitions", "4"));
    }

    private static List<NewTopic> wanted(int partitions) {
        Topics topics = new Topics(Topics.DEFAULT_PREFIX);
        List<NewTopic> all = new ArrayList<>(List.of(
                topics.stream(topics.samples(), partitions),
                topics.stream(topics.teacherOutputs(), partitions),
                topics.stream(topics.rejected(), partitions),
                topics.rankingTopic(),
                topics.eventsTopic(),
                topics.ingestedIdsTopic(),
                topics.controlTopic(),
                topics.statusTopic(ServiceKind.SERVICE_KIND_TEACHER),
                topics.statusTopic(ServiceKind.SERVICE_KIND_SELECTOR),
                topics.statusTopic(ServiceKind.SERVICE_KIND_TRAINER),
                topics.statusTopic(ServiceKind.SERVICE_KIND_GATEWAY),
                topics.checkpointsTopic()));
        for (Topics.Stage stage : Topics.Stage.values()) {
            all.add(topics.stream(topics.deadLetters(stage), 1));
        }
        return all;
    }

    private static void users(ClusterManifests cluster, Consumer<String> problem) {
        cluster.all("KafkaUser").forEach(user -> {
            require(
                    user.at("/spec/authentication/type").asText().equals("scram-sha-512"),
                    user.id() + ": no SCRAM",
                    problem);
            for (JsonNode acl : user.at("/spec/authorization/acls")) {
                String name = acl.at("/resource/name").asText();
                require(
                        name.startsWith("wildstream")
                                && !acl.at("/resource/type").asText().equals("cluster"),
                        user.id() + ": a right on " + acl.path("resource") + ", which is not Wildstream's own",
                        problem);
                // The selector gives its own changelogs as many partitions as the stream gets.
                boolean grows =
                        user.id().equals("KafkaUser/wildstream-selector") && name.equals("wildstream.selector-");
                boolean wide = acl.path("operations")
                        .toString()
                        .matches(".*\"(All|" + (grows ? "" : "Alter|") + "Delete|AlterConfigs|ClusterAction)\".*");
                require(
                        !wide,
                        user.id() + ": the right " + acl.path("operations") + " on " + name
                                + " is more than a service needs",
                        problem);
            }
        });
        statusTopics(cluster, problem);
        WRITES.forEach((role, topics) -> {
            Manifest user = cluster.find("KafkaUser", "wildstream-" + role).orElse(null);
            require(user != null, "no KafkaUser for " + role, problem);
            topics.forEach(topic -> require(
                    user == null || mayWrite(user, topic),
                    "KafkaUser/wildstream-" + role + ": may not write " + topic,
                    problem));
        });
    }

    /** A stage that was taken over must not be able to speak for another one, nor to fill the topic that another one reads. */
    private static void statusTopics(ClusterManifests cluster, Consumer<String> problem) {
        for (String owner : WRITES.keySet()) {
            String topic = "wildstream.status." + owner;
            cluster.all("KafkaUser")
                    .filter(user -> !user.name().equals("wildstream-" + owner))
                    .filter(user -> mayWrite(user, topic))
                    .forEach(user ->
                            problem.accept(user.id() + ": may write " + topic + ", the topic of another service"));
        }
    }

    private static boolean mayWrite(Manifest user, String topic) {
        return Manifest.list(user.at("/spec/authorization/acls")).stream()
                .filter(acl -> acl.path("operations").toString().contains("\"Write\""))
                .map(acl -> acl.path("resource"))
                .filter(resource -> resource.path("type").asText().equals("topic"))
                .anyMatch(resource -> resource.path("patternType").asText().equals("prefix")
                        ? topic.startsWith(resource.path("name").asText())
                        : topic.equals(resource.path("name").asText()));
    }
}
