// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.selector.curriculum.Curricula;
import io.wildstream.selector.metrics.RuleReports;
import io.wildstream.selector.metrics.SelectorMetrics;
import io.wildstream.selector.streams.StageParts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A selector with one partition in memory: what tests put in, they read from its topics at once. */
abstract class SelectorFixture {

    static final Topics TOPICS = new Topics("test");

    @TempDir
    Path directory;

    final Set<String> topicsMade = new HashSet<>();
    final Curricula curricula = new Curricula(topicsMade::add);
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final RuleReports ruleReports = new RuleReports();
    final MemorySamples samples = new MemorySamples();
    TopologyTestDriver driver;
    TestInputTopic<byte[], byte[]> input;

    @BeforeEach
    void start() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        var topology = SelectorTopology.build(
                new StageParts(TOPICS, curricula, new SelectorMetrics(registry), ruleReports, true, () -> samples),
                0.1,
                () -> new MemoryLog(1),
                Stores::inMemoryKeyValueStore);
        driver = new TopologyTestDriver(topology, properties);
        input = driver.createInputTopic(TOPICS.teacherOutputs(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    void pipe(long first, int count) {
        for (long offset = first; offset < first + count; offset++) {
            pipe(TeacherOutputs.record(
                    "unused", TeacherOutputs.output(0, offset).build()));
        }
    }

    void pipe(ProducerRecord<byte[], byte[]> record) {
        input.pipeInput(new TestRecord<>(record.key(), record.value(), record.headers(), 1L));
    }

    List<TestRecord<byte[], byte[]>> read(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    List<String> ids(String topic) throws InvalidProtocolBufferException {
        List<String> ids = new ArrayList<>();
        for (var record : read(topic)) {
            ids.add(CurriculumRecord.parseFrom(record.value())
                    .getSelected()
                    .getTeacherOutput()
                    .getSample()
                    .getId());
        }
        return ids;
    }
}
