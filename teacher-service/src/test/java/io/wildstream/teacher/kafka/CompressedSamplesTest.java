// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.StreamCounts;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import io.wildstream.teacher.Outcome;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.Stream;
import io.wildstream.teacher.TeacherSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of {@code samples} of some kilobytes that unpack to more than the memory of the teacher's process. */
@UsesBroker
class CompressedSamplesTest {

    private static final int UNPACKED = 24 << 20;
    /** So many records of a sixth of that do not fit either. */
    private static final int TOGETHER = 12;

    private static final int MOST_DEATHS = 5;
    /** The exit status of a Java process that ended so. */
    private static final int OUT_OF_MEMORY = 3;

    private final Stream stream = new Stream(CompressedSamplesTest.class);

    @TempDir
    Path directory;

    private @Nullable Process process;

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void eachIsADeadLetterAndAllOthersAreAnsweredOnce() throws Exception {
        // Given a process that has answered samples
        stream.write(stream.samples(0, 30));
        process = start();
        stream.awaitOutcomes(30);

        // When: one in a batch of its own, two with neighbours in their batch, and some that are too large together
        stream.write(stream.samples(30, 60));
        write(bomb(0));
        write(sample(60, 1), bomb(1), sample(61, 1), bomb(1), sample(62, 1));
        write(Collections.nCopies(TOGETHER, record(2, UNPACKED / 6)));
        stream.write(stream.samples(63, 90));
        int deaths = deathsUntil(90 + 3 + TOGETHER);

        // Then
        assertThat(deaths).as(said()).isPositive();
        assertThat(stream.outputs().stream().map(TeacherOutput::getSample).map(Sample::getId))
                .containsExactlyInAnyOrderElementsOf(Stream.ids(0, 90));
        Map<String, List<String>> partitions = stream.deadLetters().stream()
                .collect(groupingBy(
                        letter -> header(letter, DeadLetters.REASON),
                        mapping(letter -> header(letter, DeadLetters.PARTITION), toList())));
        assertThat(partitions).containsOnlyKeys("too_costly", "malformed");
        assertThat(partitions.get("too_costly")).containsExactlyInAnyOrder("0", "1", "1");
        assertThat(partitions.get("malformed")).hasSize(TOGETHER).containsOnly("2");
        assertThat(stream.deadLetters())
                .filteredOn(letter -> letter.value() == null)
                .hasSize(3)
                .allSatisfy(letter ->
                        assertThat(header(letter, DeadLetters.DETAIL)).contains("unpacks to 2516", "left out"));
        await().untilAsserted(() -> assertThat(counts()).isEqualTo(new StreamCounts(93 + TOGETHER, 90, 3 + TOGETHER)));
        assertThat(metadata()).noneMatch(text -> text.contains("fetching"));
    }

    @Test
    void whatIsReadCarefullyIsWhatKafkasConsumerReads() throws Exception {
        // Given: one that only a careful reader refuses in a process with this much memory, then others
        write(new ProducerRecord<>(stream.topics().samples(), 2, new byte[0], new byte[Topics.MAX_MESSAGE_BYTES + 1]));
        for (String compression : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            Map<String, Object> client = TestBroker.get().client();
            client.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
            client.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, stream.topics().prefix() + "." + compression);
            try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.initTransactions();
                for (int transaction = 0; transaction < 4; transaction++) {
                    producer.beginTransaction();
                    stream.samples(30 * transaction, 30 * transaction + 30).forEach(producer::send);
                    producer.send(new ProducerRecord<>(stream.topics().samples(), transaction % 3, null, null));
                    producer.flush();
                    if (transaction % 2 == 0) {
                        producer.commitTransaction();
                    } else {
                        producer.abortTransaction();
                    }
                }
            }
            stream.write(stream.samples(200, 210));
        }
        List<String> expected = TestLog.committed(stream.topics().samples()).stream()
                .filter(record -> record.serializedValueSize() <= Topics.MAX_MESSAGE_BYTES)
                .map(CompressedSamplesTest::text)
                .toList();
        Map<TopicPartition, OffsetAndMetadata> ended = new HashMap<>();
        for (int partition = 0; partition < Stream.PARTITIONS; partition++) {
            ended.put(
                    new TopicPartition(stream.topics().samples(), partition),
                    new OffsetAndMetadata(0, StreamCounts.before(0).metadata() + " fetching=5/40"));
        }
        try (Admin admin = TestBroker.get().admin()) {
            admin.alterConsumerGroupOffsets(group(), ended).all().get();
        }

        // When
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        try (KafkaSampleStream samples = new KafkaSampleStream(
                TestBroker.get().client(), stream.settings("teacher-0"), new SimpleMeterRegistry(), true)) {
            samples.rewind();
            await().until(() -> {
                List<ConsumerRecord<byte[], byte[]>> records = samples.next();
                records.stream().filter(record -> samples.culprit() == null).forEach(read::add);
                if (!records.isEmpty()) {
                    samples.commit(records.stream()
                            .<Outcome>map(record -> new Outcome.Refused(record, Refusal.MALFORMED, "for a test"))
                            .toList());
                }
                return stream.deadLetters().size() > expected.size();
            });
        }

        // Then
        assertThat(read.stream().map(CompressedSamplesTest::text)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(stream.deadLetters()).hasSize(expected.size() + 1);
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        StringBuilder text = new StringBuilder()
                .append(record.partition() + "@" + record.offset() + " " + record.timestampType() + record.timestamp())
                .append(Arrays.toString(record.key()))
                .append(record.serializedValueSize() + "#" + Arrays.hashCode(record.value()));
        for (Header header : record.headers()) {
            text.append(header.key()).append(Arrays.toString(header.value()));
        }
        return text.toString();
    }

    /** Starts the process again until so many records are answered, and ends it in good order then. */
    private int deathsUntil(int answered) throws Exception {
        int deaths = 0;
        while (!isAnswered(answered)) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                assertThat(process.exitValue()).as(said()).isEqualTo(OUT_OF_MEMORY);
                deaths++;
                assertThat(deaths).as(said()).isLessThanOrEqualTo(MOST_DEATHS);
                process = start();
            }
        }
        process.getOutputStream().close();
        assertThat(process.waitFor(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said()).isZero();
        return deaths;
    }

    /** By what the committed offsets say: the dead letters may be large. */
    private boolean isAnswered(int records) throws Exception {
        return counts().samples() >= records;
    }

    private StreamCounts counts() throws Exception {
        return metadata().stream()
                .map(text -> StreamCounts.of(text).orElseThrow())
                .reduce(StreamCounts.before(0), StreamCounts::plus);
    }

    private ProducerRecord<byte[], byte[]> sample(int number, int partition) {
        return stream.sample(partition, Stream.tensor("sample-" + number, 28, number));
    }

    private ProducerRecord<byte[], byte[]> bomb(int partition) {
        return record(partition, UNPACKED);
    }

    private ProducerRecord<byte[], byte[]> record(int partition, int size) {
        return new ProducerRecord<>(stream.topics().samples(), partition, new byte[] {'x'}, new byte[size]);
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return CloudEvents.text(letter.headers(), name);
    }

    @SafeVarargs
    private static void write(ProducerRecord<byte[], byte[]>... records) throws Exception {
        write(List.of(records));
    }

    /** Writes one compressed batch. */
    private static void write(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        Map<String, Object> client = TestBroker.get().client();
        client.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
        client.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * UNPACKED);
        client.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L * UNPACKED);
        client.put(ProducerConfig.BATCH_SIZE_CONFIG, 4 * UNPACKED);
        client.put(ProducerConfig.LINGER_MS_CONFIG, 60_000);
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            records.forEach(record -> sent.add(producer.send(record)));
            producer.flush();
            for (Future<?> each : sent) {
                each.get();
            }
        }
    }

    /** A teacher with too little memory for the records. */
    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallTeacher.class.getName(),
                        TestBroker.get().bootstrapServers(),
                        stream.topics().prefix())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("out").toFile()))
                .start();
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("out"));
    }

    private Collection<String> metadata() throws Exception {
        try (Admin admin = TestBroker.get().admin()) {
            return admin
                    .listConsumerGroupOffsets(group(), new ListConsumerGroupOffsetsOptions().requireStable(true))
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .values()
                    .stream()
                    .map(OffsetAndMetadata::metadata)
                    .toList();
        }
    }

    private String group() {
        return stream.topics().prefix() + ".teacher";
    }

    /** Answers each sample with its id until its input ends. */
    static final class SmallTeacher {

        private SmallTeacher() {}

        public static void main(String[] args) throws IOException {
            TeacherSettings settings = new TeacherSettings(
                    new Topics(args[1]),
                    "teacher-0",
                    16,
                    Duration.ofMillis(5),
                    64,
                    VectorEncoding.VECTOR_ENCODING_FLOAT32);
            Map<String, Object> client = Map.of("bootstrap.servers", args[0]);
            System.out.println("start");
            Thread end = new Thread(() -> {
                try {
                    while (System.in.read() >= 0) {
                        Thread.onSpinWait();
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            end.setDaemon(true);
            end.start();
            try (KafkaSampleStream samples = new KafkaSampleStream(client, settings, new SimpleMeterRegistry(), true)) {
                samples.rewind();
                while (end.isAlive()) {
                    List<ConsumerRecord<byte[], byte[]>> records = samples.next();
                    if (records.isEmpty()) {
                        samples.passUndone();
                        continue;
                    }
                    String culprit = samples.culprit();
                    System.out.println(records.size() + " records from "
                            + records.get(0).partition() + "@" + records.get(0).offset() + " culprit " + culprit);
                    samples.commit(records.stream()
                            .map(record -> culprit == null
                                    ? answer(record)
                                    : new Outcome.Refused(record, Reason.TOO_COSTLY, culprit))
                            .toList());
                }
                samples.survived();
            }
        }

        private static Outcome answer(ConsumerRecord<byte[], byte[]> record) {
            try {
                Sample sample = Sample.parseFrom(record.value());
                return new Outcome.Scored(
                        record, TeacherOutput.newBuilder().setSample(sample).build());
            } catch (InvalidProtocolBufferException e) {
                return new Outcome.Refused(record, Refusal.MALFORMED, "not a sample");
            }
        }
    }
}
