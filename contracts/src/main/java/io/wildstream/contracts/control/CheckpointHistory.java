// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the committed checkpoints of one student from the {@code checkpoints} topic, and finds those that the newest descends from. */
public final class CheckpointHistory {

    private static final Logger LOGGER = LoggerFactory.getLogger(CheckpointHistory.class);

    private CheckpointHistory() {}

    /**
     * All committed manifests of a student, oldest first; one that is not as {@link Entries#checkpoint} asks for is left out and logged.
     *
     * @param clientProperties Kafka client settings: the bootstrap servers and security
     */
    public static List<CheckpointManifest> read(Map<String, ?> clientProperties, Topics topics, String student) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        TopicPartition partition = new TopicPartition(topics.checkpoints(), 0);
        List<CheckpointManifest> manifests = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> add(student, record, manifests));
            }
        }
        return manifests;
    }

    private static void add(String student, ConsumerRecord<byte[], byte[]> record, List<CheckpointManifest> manifests) {
        boolean own = record.key() != null && student.equals(new String(record.key(), StandardCharsets.UTF_8));
        if (!own || record.value() == null) {
            return;
        }
        try {
            manifests.add(Entries.checkpoint(student, record.value()));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            LOGGER.error(
                    "manifest left out topic={} offset={} cause={}", record.topic(), record.offset(), e.getMessage());
        }
    }

    /**
     * The checkpoints that the newest one descends from, oldest first, ending with itself. Checkpoints that a rollback discarded, or that
     * were skipped because a checkpoint could not be read, are not among them. Manifests without lineage, of format 1, descend from those
     * that they are not behind.
     *
     * @param committed all manifests of a student, oldest first
     */
    public static List<CheckpointManifest> surviving(List<CheckpointManifest> committed) {
        List<CheckpointManifest> chain = new ArrayList<>();
        for (CheckpointManifest manifest : committed) {
            if (!chain.isEmpty() && same(chain.get(chain.size() - 1), manifest)) {
                chain.set(chain.size() - 1, manifest);
                continue;
            }
            if (manifest.hasLineage()) {
                int parent = lastIn(chain, manifest.getLineage().getParent());
                chain.subList(parent + 1, chain.size()).clear();
            } else {
                chain.removeIf(before -> isAhead(before, manifest));
            }
            chain.add(manifest);
        }
        return chain;
    }

    /**
     * Whether two manifests are of one checkpoint: versions before 0.3 committed a checkpoint again when one was asked for and the student
     * had not changed, and a refused rollback is answered so, as is a decision about missing samples.
     */
    public static boolean same(CheckpointManifest one, CheckpointManifest other) {
        return content(one).equals(content(other));
    }

    /** What is equal in all manifests that are the {@link #same}, for whoever looks one up among many. */
    public static CheckpointManifest content(CheckpointManifest manifest) {
        return manifest.toBuilder()
                .clearCreated()
                .clearRollbackRequest()
                .clearRollbackProblem()
                .clearKeptDirectories()
                .clearMissingAhead()
                .clearFormatVersion()
                .build();
    }

    private static boolean isAhead(CheckpointManifest before, CheckpointManifest manifest) {
        return before.getNextOffset() > manifest.getNextOffset() || before.getStep() > manifest.getStep();
    }

    /** Index of the last manifest of a directory, or -1. */
    private static int lastIn(List<CheckpointManifest> chain, String directory) {
        for (int i = chain.size() - 1; i >= 0; i--) {
            if (chain.get(i).getDirectory().equals(directory)) {
                return i;
            }
        }
        return -1;
    }
}
