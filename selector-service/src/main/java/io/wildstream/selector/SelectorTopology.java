// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.wildstream.selector.ranking.OutputLog;
import io.wildstream.selector.ranking.RankingStage;
import io.wildstream.selector.streams.Outgoing;
import io.wildstream.selector.streams.StageParts;
import io.wildstream.selector.streams.Timestamps;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The two stages of the selector with their sources, state stores and sinks, as Kafka Streams runs them. */
final class SelectorTopology {

    /** Small segments are compacted soon, which keeps a restore short. */
    private static final Map<String, String> CHANGELOG = Map.of(
            "segment.bytes", Integer.toString(16 << 20),
            "min.cleanable.dirty.ratio", "0.1",
            "message.timestamp.type", "LogAppendTime");

    private SelectorTopology() {}

    /**
     * Builds it.
     *
     * @param driftDelta bound on the probability of a false alarm at each test for a change of the stream; 0 for no tests
     * @param log opens {@code teacher-outputs} for the ranking stage
     * @param stores makes the state store of a name
     */
    static Topology build(
            StageParts parts,
            double driftDelta,
            Supplier<OutputLog> log,
            Function<String, KeyValueBytesStoreSupplier> stores) {
        TopicNameExtractor<byte[], Outgoing> topic = (key, value, recordContext) -> value.topic();
        Serializer<Outgoing> serializer = (unused, value) -> value.value();
        Topology topology = new Topology();
        addSource(topology, "teacher-outputs", parts.topics().teacherOutputs());
        topology.addProcessor("select", () -> new SelectionProcessor(parts, driftDelta), "teacher-outputs")
                .addStateStore(store(stores.apply(SelectionProcessor.STORE)), "select")
                .addSink("outputs", topic, new ByteArraySerializer(), serializer, "select");
        addSource(topology, "ranking", parts.topics().ranking());
        topology.addProcessor("rank", () -> new RankingStage(parts, log), "ranking")
                .addStateStore(store(stores.apply(RankingStage.STORE)), "rank")
                .addSink("ranked-outputs", topic, new ByteArraySerializer(), serializer, "rank");
        return topology;
    }

    private static void addSource(Topology topology, String name, String topic) {
        topology.addSource(
                AutoOffsetReset.earliest(),
                name,
                (record, previous) -> Timestamps.usable(record.timestamp()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topic);
    }

    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(KeyValueBytesStoreSupplier store) {
        return Stores.keyValueStoreBuilder(store, Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(CHANGELOG);
    }
}
