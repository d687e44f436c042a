// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.count;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.client.Checkpoints;
import io.wildstream.client.ClientException;
import io.wildstream.client.TopicScan;
import io.wildstream.client.count.CurriculumTally.Choice;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Counts a stream in the topics that its stages have committed. Nothing comes from a counter of a process, so that the counts hold whatever
 * died on the way.
 */
public final class StreamCounter {

    private final TopicScan scan;
    private final Topics topics;
    private final int classes;
    private final boolean decisions;
    private final Map<String, CurriculumTally> tallies = new LinkedHashMap<>();
    private final Map<String, Long> reasons = new TreeMap<>();
    private final Map<String, Long> sources = new TreeMap<>();
    private final Map<String, List<Example>> examples = new TreeMap<>();
    private long ingested;
    private long outputs;

    private StreamCounter(TopicScan scan, Topics topics, int classes, boolean decisions) {
        this.scan = scan;
        this.topics = topics;
        this.classes = classes;
        this.decisions = decisions;
    }

    /**
     * Counts all that is committed now.
     *
     * @param classes number of classes of the teacher
     * @param decisions whether every decision is remembered, 21 bytes each
     * @throws ClientException when a record cannot be read
     */
    public static StreamCounts count(String bootstrapServers, Topics topics, int classes, boolean decisions) {
        try (TopicScan scan = new TopicScan(bootstrapServers)) {
            return new StreamCounter(scan, topics, classes, decisions).count();
        }
    }

    private StreamCounts count() {
        scan.topics().stream().sorted().forEach(topic -> {
            String curriculum = topics.curriculumOf(topic);
            if (curriculum != null) {
                countCurriculum(curriculum, topic);
            }
        });
        scan.forEach(topics.rejected(), record -> countRejected(record));
        countSamples();
        scan.forEach(topics.teacherOutputs(), record -> outputs += CloudEvents.isEndOfStream(record.headers()) ? 0 : 1);
        Map<String, CurriculumCount> curricula = new LinkedHashMap<>();
        tallies.forEach((name, tally) -> curricula.put(name, tally.count(classes)));
        return new StreamCounts(
                ingested,
                outputs,
                deadLetters(Topics.Stage.TEACHER),
                deadLetters(Topics.Stage.SELECTOR),
                deadLetters(Topics.Stage.TRAINER),
                reasons,
                sources,
                curricula,
                Checkpoints.newest(scan, topics),
                examples);
    }

    private void countCurriculum(String name, String topic) {
        CurriculumTally tally = tallies.computeIfAbsent(name, unused -> new CurriculumTally(decisions));
        scan.forEach(topic, record -> {
            CurriculumRecord entry = parse(record, CurriculumRecord::parseFrom);
            if (entry.hasSelected()) {
                tally.keep(entry.getSelected());
            }
        });
    }

    private void countRejected(ConsumerRecord<byte[], byte[]> record) {
        RejectedSample rejected = parse(record, RejectedSample::parseFrom);
        tallies.computeIfAbsent(rejected.getCurriculum(), unused -> new CurriculumTally(decisions))
                .reject(rejected);
    }

    private void countSamples() {
        Map<SamplePosition, List<Map.Entry<String, Choice>>> wanted = new HashMap<>();
        tallies.forEach((name, tally) -> tally.choicesMade()
                .forEach(choice -> wanted.computeIfAbsent(choice.position(), unused -> new ArrayList<>())
                        .add(Map.entry(name, choice))));
        scan.forEach(topics.samples(), record -> {
            if (CloudEvents.isEndOfStream(record.headers())) {
                return;
            }
            ingested++;
            takeSample(record, wanted.getOrDefault(position(record), List.of()));
        });
        Comparator<Example> byNoise = Comparator.comparingDouble(Example::noiseValue);
        examples.replaceAll((name, list) -> list.stream().sorted(byNoise).toList());
    }

    private void takeSample(ConsumerRecord<byte[], byte[]> record, List<Map.Entry<String, Choice>> choices) {
        Sample sample;
        try {
            sample = Sample.parseFrom(record.value() == null ? new byte[] {0} : record.value());
        } catch (InvalidProtocolBufferException e) {
            // Whoever writes to the topic may write anything; the teacher makes a dead letter of it.
            sources.merge("unreadable", 1L, Long::sum);
            return;
        }
        sources.merge(sample.getSource(), 1L, Long::sum);
        for (Map.Entry<String, Choice> choice : choices) {
            Choice made = choice.getValue();
            examples.computeIfAbsent(choice.getKey(), unused -> new ArrayList<>())
                    .add(new Example(sample, made.kept(), made.noiseValue(), made.pseudoLabel()));
        }
    }

    private static SamplePosition position(ConsumerRecord<byte[], byte[]> record) {
        return SamplePosition.newBuilder()
                .setPartition(record.partition())
                .setOffset(record.offset())
                .build();
    }

    private long deadLetters(Topics.Stage stage) {
        long[] count = {0};
        scan.forEach(topics.deadLetters(stage), record -> {
            count[0]++;
            String reason = CloudEvents.text(record.headers(), DeadLetters.REASON);
            reasons.merge(reason == null ? "unknown" : reason, 1L, Long::sum);
        });
        return count[0];
    }

    private interface Parser<T> {
        T parse(byte[] bytes) throws InvalidProtocolBufferException;
    }

    private static <T> T parse(ConsumerRecord<byte[], byte[]> record, Parser<T> parser) {
        try {
            return parser.parse(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new ClientException(
                    "record " + record.topic() + "/" + record.partition() + "/" + record.offset() + " cannot be read",
                    e);
        }
    }
}
