// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Committed checkpoints, read from their topic. */
public final class Checkpoints {

    private Checkpoints() {}

    /** The newest checkpoint of a student. */
    public static Optional<CheckpointManifest> newest(Map<String, Object> kafka, Topics topics, String student) {
        try (TopicScan scan = new TopicScan(kafka)) {
            return Optional.ofNullable(newest(scan, topics).get(student));
        }
    }

    /** The newest checkpoint of each student. */
    public static Map<String, CheckpointManifest> newest(TopicScan scan, Topics topics) {
        Map<String, CheckpointManifest> newest = new TreeMap<>();
        scan.forEach(topics.checkpoints(), record -> {
            try {
                CheckpointManifest manifest = CheckpointManifest.parseFrom(record.value());
                newest.put(manifest.getStudent(), manifest);
            } catch (InvalidProtocolBufferException e) {
                throw new ClientException("checkpoint " + record.offset() + " cannot be read", e);
            }
        });
        return newest;
    }
}
