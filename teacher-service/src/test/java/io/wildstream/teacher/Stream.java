// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.teacher.fetch.Fetches;
import io.wildstream.teacher.kafka.KafkaSampleStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The topics of one test with helpers to write samples, run pipelines on them and read what was committed. */
public final class Stream {

    public static final int PARTITIONS = 3;

    private final Topics topics;

    public Stream(Class<?> test) {
        topics = new Topics(TestBroker.prefix(test));
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(
                    admin,
                    List.of(
                            topics.stream(topics.samples(), PARTITIONS),
                            topics.stream(topics.teacherOutputs(), PARTITIONS),
                            topics.stream(topics.deadLetters(Stage.TEACHER), 1)));
        }
    }

    public Topics topics() {
        return topics;
    }

    /** Settings with small batches and polls, so that a few hundred samples make many of both. */
    public TeacherSettings settings(String instance) {
        return settings(instance, OwnSamples.INSTANCE, WorkLimits.DEFAULT);
    }

    /** The same for records that are read in another way, within other limits. */
    TeacherSettings settings(String instance, SampleSource source, WorkLimits limits) {
        return new TeacherSettings(
                topics, instance, 16, Duration.ofMillis(5), 64, VectorEncoding.VECTOR_ENCODING_FLOAT32, source, limits);
    }

    public Running run(String instance, Teachers teachers) {
        return new Running(settings(instance), teachers);
    }

    /** A pipeline that notices added partitions within a second. */
    Running runGrowing(String instance, Teachers teachers, boolean growsOutputs) {
        Map<String, Object> client = new HashMap<>(TestBroker.get().client());
        client.put("metadata.max.age.ms", 1000);
        return new Running(settings(instance), teachers, client, growsOutputs);
    }

    /** A pipeline on a thread of its own. */
    public static final class Running implements AutoCloseable {
        final TeacherPipeline pipeline;
        final SimpleMeterRegistry registry = new SimpleMeterRegistry();
        final TeacherMetrics metrics = new TeacherMetrics(registry);
        /** Completes when the pipeline has ended, with its failure if there was one. */
        final CompletableFuture<Void> ended = new CompletableFuture<>();

        Running(TeacherSettings settings, Teachers teachers) {
            this(settings, teachers, TestBroker.get().client(), true);
        }

        Running(TeacherSettings settings, Teachers teachers, Map<String, ?> client, boolean growsOutputs) {
            this(settings, teachers, client, growsOutputs, registry -> null);
        }

        /** With what fetches references. */
        Running(TeacherSettings settings, Teachers teachers, Function<MeterRegistry, Fetches> fetches) {
            this(settings, teachers, TestBroker.get().client(), true, fetches);
        }

        private Running(
                TeacherSettings settings,
                Teachers teachers,
                Map<String, ?> client,
                boolean growsOutputs,
                Function<MeterRegistry, Fetches> fetches) {
            pipeline = new TeacherPipeline(
                    settings,
                    new KafkaSampleStream(client, settings, registry, growsOutputs),
                    teachers,
                    metrics,
                    fetches.apply(registry));
            Thread thread = new Thread(() -> {
                try {
                    pipeline.run();
                    ended.complete(null);
                } catch (RuntimeException | Error e) {
                    ended.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        /** Waits for a clean end. */
        @Override
        public void close() {
            pipeline.stop();
            ended.orTimeout(120, java.util.concurrent.TimeUnit.SECONDS).join();
        }
    }

    /** Writes records and returns when they are stored. */
    public void write(List<ProducerRecord<byte[], byte[]>> records) {
        TestLog.write(records);
    }

    /** A record of a sample in a partition. */
    public ProducerRecord<byte[], byte[]> sample(int partition, Sample sample) {
        return new ProducerRecord<>(
                topics.samples(),
                partition,
                null,
                sample.getId().getBytes(StandardCharsets.UTF_8),
                sample.toByteArray(),
                CloudEvents.headers(sample, sample.getId(), "/test"));
    }

    /** A record of an end marker. */
    public ProducerRecord<byte[], byte[]> end(int partition) {
        EndOfStream marker = EndOfStream.newBuilder()
                .setSourcePartition(partition)
                .setPartitions(PARTITIONS)
                .build();
        return new ProducerRecord<>(
                topics.samples(),
                partition,
                null,
                null,
                marker.toByteArray(),
                CloudEvents.headers(marker, Integer.toString(partition), "/test"));
    }

    /** Good 28x28 samples {@code first} to {@code last - 1}, over all partitions in turn. */
    public List<ProducerRecord<byte[], byte[]>> samples(int first, int last) {
        return IntStream.range(first, last)
                .mapToObj(number -> sample(number % PARTITIONS, tensor("sample-" + number, 28, number)))
                .toList();
    }

    /** A square gray tensor sample whose pixels follow from the number. */
    public static Sample tensor(String id, int size, int number) {
        byte[] pixels = new byte[size * size];
        new java.util.Random(number).nextBytes(pixels);
        return Sample.newBuilder()
                .setId(id)
                .setSource("test")
                .setContentType("application/x-tensor;dtype=uint8;shape=1," + size + "," + size)
                .setPayload(ByteString.copyFrom(pixels))
                .build();
    }

    /** A 1x2x2 tensor sample of these four values. */
    static Sample pixels(String id, int... values) {
        ByteString.Output payload = ByteString.newOutput();
        for (int value : values) {
            payload.write(value);
        }
        return tensor(id, 2, 0).toBuilder().setPayload(payload.toByteString()).build();
    }

    /** Waits until so many outcomes are committed in the teacher's topics. */
    public void awaitOutcomes(int count) {
        await().atMost(Duration.ofSeconds(180))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> TestLog.committed(topics.teacherOutputs()).size()
                                + deadLetters().size()
                        >= count);
    }

    public List<ConsumerRecord<byte[], byte[]>> deadLetters() {
        return TestLog.committed(topics.deadLetters(Stage.TEACHER));
    }

    /** Reason codes of the dead letters, in order. */
    public List<String> reasons() {
        return deadLetters().stream()
                .map(record -> CloudEvents.text(record.headers(), DeadLetters.REASON))
                .toList();
    }

    /** Committed outputs by partition and offset; end markers left out. */
    public List<TeacherOutput> outputs() {
        List<TeacherOutput> outputs = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : TestLog.committed(topics.teacherOutputs())) {
            if (!CloudEvents.isEndOfStream(record.headers())) {
                outputs.add(parse(record));
            }
        }
        return outputs;
    }

    static TeacherOutput parse(ConsumerRecord<byte[], byte[]> record) {
        try {
            return TeacherOutput.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Names of the samples from {@code first} to {@code last - 1}. */
    public static List<String> ids(int first, int last) {
        return IntStream.range(first, last)
                .mapToObj(number -> "sample-" + number)
                .toList();
    }
}
