package io.wildstream.selector;

import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.selector.SelectorMetrics.Step;
import io.wildstream.selector.TeacherOutputReader.End;
import io.wildstream.selector.TeacherOutputReader.Output;
import io.wildstream.selector.TeacherOutputReader.Reading;
import io.wildstream.selector.TeacherOutputReader.Refused;
import io.wildstream.selector.policy.SelectionDecision;
import io.wildstream.selector.policy.SelectionDecision.Kept;
import io.wildstream.selector.policy.SelectionDecision.NotKept;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The stage: {@code teacher-outputs} in, one topic per curriculum out. Each record is read, scored and put to the rule of every
 * curriculum; what a rule keeps goes into its curriculum, what cannot be read goes to the dead letters, an end marker goes into every
 * curriculum behind the decisions of its partition. Under {@code exactly_once_v2} outputs, rule state and input offsets are one
 * transaction.
 */
final class SelectionTopology implements Processor<byte[], byte[], byte[], SelectionTopology.Outgoing> {

    /** The rules' state, one store per input partition. */
    static final String STORE = "rules";

    private static final String TRACE_PARENT = "traceparent";
    private static final String TRACE_STATE = "tracestate";
    private static final int MAX_TRACE_BYTES = 512;
    /** Small segments are compacted soon, which keeps a restore short. */
    private static final Map<String, String> CHANGELOG =
            Map.of("segment.bytes", Integer.toString(16 << 20), "min.cleanable.dirty.ratio", "0.1");

    private final Topics topics;
    private final Curricula curricula;
    private final SelectorMetrics metrics;
    private final RuleBoard board;
    private final boolean publishRejected;
    private final String eventSource;

    private @Nullable ProcessorContext<byte[], Outgoing> context;
    private Map<String, Curriculum> curriculaSeen = Map.of();
    private List<ActiveCurriculum> active = List.of();

    /** A value on its way to a topic; compared by nobody. */
    @SuppressWarnings("ArrayRecordComponent")
    record Outgoing(String topic, byte @Nullable [] value) {}

    private SelectionTopology(
            Topics topics, Curricula curricula, SelectorMetrics metrics, RuleBoard board, boolean publishRejected) {
        this.topics = topics;
        this.curricula = curricula;
        this.metrics = metrics;
        this.board = board;
        this.publishRejected = publishRejected;
        this.eventSource = "/" + topics.prefix() + "/" + Stage.SELECTOR.label();
    }

    /**
     * The topology.
     *
     * @param publishRejected whether decisions not to keep are written to {@code rejected}
     */
    static Topology build(
            Topics topics, Curricula curricula, SelectorMetrics metrics, RuleBoard board, boolean publishRejected) {
        var store = Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(STORE), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(CHANGELOG);
        TopicNameExtractor<byte[], Outgoing> topic = (key, value, recordContext) -> value.topic();
        Serializer<Outgoing> serializer = (unused, value) -> value.value();
        return new Topology()
                .addSource(
                        AutoOffsetReset.earliest(),
                        "teacher-outputs",
                        (record, previous) -> Math.max(0, record.timestamp()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        topics.teacherOutputs())
                .addProcessor(
                        "select",
                        () -> new SelectionTopology(topics, curricula, metrics, board, publishRejected),
                        "teacher-outputs")
                .addStateStore(store, "select")
                .addSink("outputs", topic, new ByteArraySerializer(), serializer, "select");
    }

    @Override
    public void init(ProcessorContext<byte[], Outgoing> newContext) {
        context = newContext;
        curriculaSeen = Map.of();
        active = List.of();
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        metrics.read();
        followCurricula();
        Reading reading = read(record);
        if (reading instanceof Output output) {
            select(record, output);
        } else if (reading instanceof End end) {
            endCurricula(record, end.message());
        } else if (reading instanceof Refused refused) {
            buryDeadLetter(record, refused);
        }
    }

    @Override
    public void close() {
        board.clear(context().taskId());
    }

    private Reading read(Record<byte[], byte[]> record) {
        long start = metrics.start();
        Reading reading = readAs(CloudEvents.text(record.headers(), CloudEvents.TYPE), record);
        metrics.stop(Step.READ, start);
        return reading;
    }

    private Reading readAs(@Nullable String type, Record<byte[], byte[]> record) {
        if (type == null || type.equals("wildstream.v1.TeacherOutput")) {
            return TeacherOutputReader.output(record.value());
        }
        if (CloudEvents.isEndOfStream(record.headers())) {
            return TeacherOutputReader.end(record.value(), position().partition());
        }
        return new Refused(RejectionReason.UNKNOWN_TYPE, "ce_type is " + type);
    }

    private void select(Record<byte[], byte[]> record, Output output) {
        metrics.noiseValue(output.scored().noiseValue());
        for (ActiveCurriculum one : active) {
            long start = metrics.start();
            SelectionDecision decision = one.rule().decide(output.scored());
            metrics.stop(Step.DECIDE, start);
            start = metrics.start();
            if (decision instanceof Kept kept) {
                one.meters().kept();
                keep(record, output, one, kept.threshold());
            } else if (decision instanceof NotKept notKept) {
                one.meters().notKept();
                leave(record, output, one.curriculum(), notKept.threshold());
            }
            metrics.stop(Step.FORWARD, start);
        }
    }

    private void keep(Record<byte[], byte[]> record, Output output, ActiveCurriculum one, double threshold) {
        byte[] value = CurriculumEntries.selected(
                record.value(), output.scored(), threshold, one.curriculum().generation());
        String id = output.message().getSample().getId();
        Headers headers = CloudEvents.headers(CurriculumRecord.getDefaultInstance(), id, eventSource);
        copyTrace(record.headers(), headers);
        byte[] key = output.message().getSample().getIdBytes().toByteArray();
        forward(one.topic(), key, value, headers, record.timestamp());
    }

    private void leave(Record<byte[], byte[]> record, Output output, Curriculum curriculum, double threshold) {
        if (!publishRejected) {
            return;
        }
        byte[] value = CurriculumEntries.notKept(curriculum.name(), output, threshold, curriculum.generation());
        String id = output.message().getSample().getId();
        Headers headers = CloudEvents.headers(RejectedSample.getDefaultInstance(), id, eventSource);
        byte[] key = output.message().getSample().getIdBytes().toByteArray();
        forward(topics.rejected(), key, value, headers, record.timestamp());
    }

    private void endCurricula(Record<byte[], byte[]> record, EndOfStream end) {
        byte[] value = CurriculumEntries.end(end);
        for (ActiveCurriculum one : active) {
            String id = "end-of-stream-" + end.getSourcePartition();
            Headers headers = CloudEvents.headers(CurriculumRecord.getDefaultInstance(), id, eventSource);
            forward(one.topic(), null, value, headers, record.timestamp());
        }
    }

    private void buryDeadLetter(Record<byte[], byte[]> record, Refused refused) {
        metrics.deadLetter(refused.reason());
        RecordMetadata position = position();
        Headers headers = new RecordHeaders(record.headers());
        DeadLetters.add(
                headers,
                Stage.SELECTOR,
                refused.reason(),
                refused.detail(),
                position.topic(),
                position.partition(),
                position.offset());
        // A value that would not fit again with the added headers stays where it is: the headers name its place.
        byte[] value = fits(record.value(), headers) ? record.value() : null;
        forward(topics.deadLetters(Stage.SELECTOR), record.key(), value, headers, record.timestamp());
    }

    private static boolean fits(byte @Nullable [] value, Headers headers) {
        long size = value == null ? 0 : value.length;
        for (Header header : headers) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size <= Topics.MAX_MESSAGE_BYTES - TeacherOutputReader.RECORD_MARGIN;
    }

    private void forward(
            String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers, long timestamp) {
        context().forward(new Record<>(key, new Outgoing(topic, value), timestamp, headers));
    }

    /** Goes over to the newest generation of each policy; from the next record on, since each record looks here first. */
    private void followCurricula() {
        Map<String, Curriculum> newest = curricula.current();
        if (newest == curriculaSeen) {
            return;
        }
        KeyValueStore<Bytes, byte[]> store = context().getStateStore(STORE);
        StateFormat.claim(store);
        List<ActiveCurriculum> next = new ArrayList<>();
        for (Curriculum curriculum : newest.values()) {
            next.add(active.stream()
                    .filter(one -> one.curriculum().equals(curriculum))
                    .findAny()
                    .orElseGet(() -> activate(curriculum, store)));
        }
        active = next;
        curriculaSeen = newest;
        board.set(context().taskId(), active);
    }

    private ActiveCurriculum activate(Curriculum curriculum, KeyValueStore<Bytes, byte[]> store) {
        var rule = curriculum.rule(new StoreRuleState(store, curriculum.name()));
        String name = curriculum.name();
        return new ActiveCurriculum(curriculum, topics.curriculum(name), rule, metrics.curriculum(name));
    }

    private static void copyTrace(Headers from, Headers to) {
        for (String key : Arrays.asList(TRACE_PARENT, TRACE_STATE)) {
            Header header = from.lastHeader(key);
            if (header != null && header.value() != null && header.value().length <= MAX_TRACE_BYTES) {
                to.add(header);
            }
        }
    }

    private RecordMetadata position() {
        return context().recordMetadata().orElseThrow(() -> new IllegalStateException("a record without a position"));
    }

    private ProcessorContext<byte[], Outgoing> context() {
        if (context == null) {
            throw new IllegalStateException("used before init");
        }
        return context;
    }
}
