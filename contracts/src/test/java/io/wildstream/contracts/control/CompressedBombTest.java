// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.TeacherSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record of some kilobytes that unpacks to more than the memory of those who read it. */
@UsesBroker
class CompressedBombTest {

    private static final int UNPACKED = 80 << 20;

    private final Topics topics = new Topics(TestBroker.prefix(getClass()));

    @TempDir
    Path directory;

    @BeforeEach
    void startBroker() {
        TestBroker.get();
    }

    @Test
    void theBrokerDoesNotLetItIntoATopicThatEveryProcessReads() throws Exception {
        // Given
        make(topics.controlTopic());
        TestLog.write(List.of(entry(1)));

        // When, Then
        assertThatThrownBy(() -> write("gzip")).hasCauseInstanceOf(RecordTooLargeException.class);
        TestLog.write(List.of(entry(2)));
        assertThat(TestLog.committed(topics.control())).hasSize(2);
    }

    @Test
    void aProcessSkipsItAfterItHasEndedOnItTwice() throws Exception {
        // Given: a topic as versions before made it
        make(new NewTopic(topics.control(), Optional.of(1), Optional.empty())
                .configs(Map.of("max.message.bytes", Integer.toString(Topics.MAX_MESSAGE_BYTES))));
        TestLog.write(List.of(entry(1)));
        write("gzip");
        TestLog.write(List.of(entry(2), entry(3)));

        // When: the end that nobody expected, and two while it reads nothing else
        for (int i = 0; i < 1 + ReadingMark.ENDS; i++) {
            assertThat(read().exitValue()).as("run %d", i).isNotZero();
        }
        Process last = read();

        // Then
        String said = Files.readString(directory.resolve("out"));
        assertThat(said)
                .contains("generation 3", "left out 1", "skipped offset 1, on which this process has ended 2 times")
                .containsPattern("obstacle .*skipped offset 1");
        assertThat(last.exitValue()).isZero();
    }

    /** A process with too little memory for the record. */
    private Process read() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reader.class.getName(),
                        TestBroker.get().bootstrapServers(),
                        topics.prefix(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        assertThat(process.waitFor(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process;
    }

    private void make(NewTopic topic) {
        try (var admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(admin, List.of(topic));
        }
    }

    private ProducerRecord<byte[], byte[]> entry(long generation) {
        ControlRecord record = ControlRecord.newBuilder()
                .setGeneration(generation)
                .setTeacher(TeacherSpec.newBuilder().setModel("m"))
                .build();
        return new ProducerRecord<>(
                topics.control(), ControlKeys.TEACHER.getBytes(StandardCharsets.UTF_8), record.toByteArray());
    }

    private void write(String compression) throws Exception {
        Map<String, Object> client = TestBroker.get().client();
        client.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
        client.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * UNPACKED);
        client.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * UNPACKED);
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topics.control(), new byte[] {'x'}, new byte[UNPACKED]))
                    .get();
        }
    }

    /** Reads {@code control} to its end and says what is there. */
    static final class Reader {

        private Reader() {}

        public static void main(String[] args) throws InterruptedException {
            Map<String, Object> client = Map.of("bootstrap.servers", args[0]);
            Path marks = Path.of(args[2], "marks");
            try (ControlLog log = new ControlLog(client, new Topics(args[1]), marks, (key, record) -> {})) {
                boolean read = log.awaitCaughtUp(Waits.PATIENT);
                System.out.println("read " + read + " generation "
                        + log.newest().get(ControlKeys.TEACHER).getGeneration() + " left out " + log.leftOut() + " "
                        + log.problems() + " obstacle " + log.obstacle());
            }
        }
    }
}
