// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import io.wildstream.contracts.v1.ServiceKind;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The names of the topics and the settings that each is made with. It does not talk to Kafka: {@link TopicAdmin} does.
 *
 * @param prefix first part of every name, {@code wildstream} by default; clusters with different prefixes do not see each other
 * @param samples unlabelled images: {@code <prefix>.samples} with value {@code Sample} or {@code EndOfStream}, or a topic of the user's own
 */
public record Topics(String prefix, String samples) {

    /** The prefix when none is configured. */
    public static final String DEFAULT_PREFIX = "wildstream";

    /** Largest record of any topic, bytes; producers, brokers and consumers are set to it. */
    public static final int MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
    /** Largest payload of a sample, bytes: what is written about it must fit beside it. */
    public static final int MAX_PAYLOAD_BYTES = MAX_MESSAGE_BYTES - 128 * 1024;

    /**
     * Largest record of the topics that every process of a cluster reads whole: specs, heartbeats, manifests and candidates are small. They
     * are also kept uncompressed, because a client unpacks a batch before it can look at it: a record of some kilobytes may hold gigabytes.
     */
    public static final int MAX_SMALL_MESSAGE_BYTES = 1024 * 1024;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final String HOUR_MILLIS = Long.toString(3600 * 1000);
    private static final String DAY_MILLIS = Long.toString(24L * 3600 * 1000);
    private static final String WEEK_MILLIS = Long.toString(7L * 24 * 3600 * 1000);
    private static final String FOREVER = "-1";
    private static final Map<String, String> COMPACTED =
            Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    private static final Map<String, String> STREAM = Map.of(TopicConfig.RETENTION_MS_CONFIG, WEEK_MILLIS);

    /** Checks the names: what Kafka allows in a topic name; a prefix has at most 100 characters. */
    public Topics {
        if (!prefix.matches("[a-zA-Z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "wildstream.topic-prefix '" + prefix + "': must be 1 to 100 letters, digits, '.', '_' or '-'");
        }
        boolean taken = samples.startsWith(prefix + ".") && !samples.equals(ownSamples(prefix));
        if (taken || !samples.matches("[a-zA-Z0-9._-]{1,249}") || samples.matches("\\.{1,2}")) {
            throw new IllegalArgumentException("wildstream.samples-topic '" + samples
                    + "': use the name of a topic of your" + " own, or leave it out for " + ownSamples(prefix));
        }
    }

    /** The topics with Wildstream's own {@code samples}. */
    public Topics(String prefix) {
        this(prefix, ownSamples(prefix));
    }

    /** The topics as configured by {@code wildstream.topic-prefix} and {@code wildstream.samples-topic}. */
    public static Topics of(String prefix, Optional<String> samplesTopic) {
        return new Topics(prefix, samplesTopic.orElseGet(() -> ownSamples(prefix)));
    }

    private static String ownSamples(String prefix) {
        return prefix + ".samples";
    }

    /** The name of a topic without the prefix, and {@code samples} for a topic of the user's own; {@code curriculum.dfnd} for example. */
    public String role(String topic) {
        if (topic.equals(samples)) {
            return "samples";
        }
        return topic.startsWith(prefix + ".") ? topic.substring(prefix.length() + 1) : topic;
    }

    /** Whether {@code samples} is Wildstream's own topic; a topic of the user's own is only read. */
    public boolean makesSamples() {
        return samples.equals(ownSamples(prefix));
    }

    /** The stages that can write dead letters. */
    public enum Stage {
        TEACHER,
        SELECTOR,
        TRAINER;

        /** Name of the stage in topic names, headers and metrics. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Ids that were stored by deduplicating calls; value {@code IngestedIds}, one partition. */
    public String ingestedIds() {
        return prefix + ".ingested-ids";
    }

    /** The teacher's outputs for samples; value {@code TeacherOutput} or {@code EndOfStream}. */
    public String teacherOutputs() {
        return prefix + ".teacher-outputs";
    }

    /** A curriculum; value {@code CurriculumRecord}, one partition. */
    public String curriculum(String name) {
        return prefix + ".curriculum." + requireName("curriculum", name);
    }

    /** The curriculum whose topic this is, or null for any other topic. */
    public @org.jspecify.annotations.Nullable String curriculumOf(String topic) {
        String start = prefix + ".curriculum.";
        return topic.startsWith(start) ? topic.substring(start.length()) : null;
    }

    /** Samples that were not selected; value {@code RejectedSample}. */
    public String rejected() {
        return prefix + ".rejected";
    }

    /** Candidates that are ranked together; value {@code RankingRecord}, one partition. */
    public String ranking() {
        return prefix + ".ranking";
    }

    /** Changes of the stream that selectors detected; value {@code DriftEvent}, one partition. */
    public String events() {
        return prefix + ".events";
    }

    /** Specs by key, compacted; value {@code ControlRecord}. */
    public String control() {
        return prefix + ".control";
    }

    /** Heartbeats of all services by instance, as versions before 0.3 wrote them; read for one version, written no more. */
    public String formerStatus() {
        return prefix + ".status";
    }

    /**
     * Heartbeats of a kind of service by instance, compacted; value {@code InstanceStatus}. Each kind has its own topic, so that no other
     * service need be allowed to write it.
     */
    public String status(ServiceKind kind) {
        return prefix + ".status."
                + switch (kind) {
                    case SERVICE_KIND_TEACHER -> "teacher";
                    case SERVICE_KIND_SELECTOR -> "selector";
                    case SERVICE_KIND_TRAINER, SERVICE_KIND_CONDENSER -> "trainer";
                    case SERVICE_KIND_GATEWAY -> "gateway";
                    case SERVICE_KIND_UNSPECIFIED, UNRECOGNIZED ->
                        throw new IllegalArgumentException("no service is of kind " + kind);
                };
    }

    /** Committed checkpoints; value {@code CheckpointManifest}, key = student. */
    public String checkpoints() {
        return prefix + ".checkpoints";
    }

    /** What a stage could not use: the original bytes with the headers of {@link DeadLetters}. */
    public String deadLetters(Stage stage) {
        return prefix + "." + stage.label() + "-dlq";
    }

    /** Whether a name of a curriculum, student or condensation is 1 to 63 lower-case letters, digits and hyphens after a letter. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Fails unless {@link #isName}. */
    public static String requireName(String field, String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException(field + " '" + name
                    + "': must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter");
        }
        return name;
    }

    /** The topic of {@link #ingestedIds()}: one partition, kept for a day and a gigabyte at most, because it is read whole at a start. */
    public NewTopic ingestedIdsTopic() {
        return topic(
                ingestedIds(),
                1,
                Map.of(
                        TopicConfig.RETENTION_MS_CONFIG,
                        DAY_MILLIS,
                        TopicConfig.SEGMENT_MS_CONFIG,
                        HOUR_MILLIS,
                        TopicConfig.RETENTION_BYTES_CONFIG,
                        Integer.toString(1 << 30),
                        TopicConfig.SEGMENT_BYTES_CONFIG,
                        Integer.toString(16 * 1024 * 1024)));
    }

    /** A topic that holds data of the stream, kept for a week by the broker's clock, whatever the producers' clocks say. */
    public NewTopic stream(String topic, int partitions) {
        return topic(topic, partitions, STREAM);
    }

    /** A curriculum's topic: one partition, kept forever, because students are made from it. */
    public NewTopic curriculumTopic(String name) {
        return topic(curriculum(name), 1, Map.of(TopicConfig.RETENTION_MS_CONFIG, FOREVER));
    }

    /** The checkpoints topic: kept forever. */
    public NewTopic checkpointsTopic() {
        return small(checkpoints(), Map.of(TopicConfig.RETENTION_MS_CONFIG, FOREVER));
    }

    /** The topic of {@link #control()}. */
    public NewTopic controlTopic() {
        return small(control(), COMPACTED);
    }

    /** The topic of {@link #status}. */
    public NewTopic statusTopic(ServiceKind kind) {
        return small(status(kind), COMPACTED);
    }

    /** The topic of {@link #ranking()}. */
    public NewTopic rankingTopic() {
        return small(ranking(), STREAM);
    }

    /** The topic of {@link #events()}. */
    public NewTopic eventsTopic() {
        return small(events(), STREAM);
    }

    private static NewTopic small(String name, Map<String, String> settings) {
        Map<String, String> all = new java.util.HashMap<>(settings);
        all.put(TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed");
        all.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_SMALL_MESSAGE_BYTES));
        return topic(name, 1, all);
    }

    private static NewTopic topic(String name, int partitions, Map<String, String> settings) {
        Map<String, String> all = new java.util.HashMap<>(settings);
        // The broker's clock alone: it refuses records of a client whose clock is ahead by more than an hour otherwise.
        all.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        all.putIfAbsent(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_MESSAGE_BYTES));
        return new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(all);
    }
}
