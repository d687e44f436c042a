// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.engine.ModelStore;
import io.wildstream.teacher.model.TeacherExchange;
import io.wildstream.teacher.source.SourceSettings;
import io.wildstream.teacher.source.UserTopic;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** JSON of a topic of a user's own through the real pipeline, stopped in the middle: each record has one outcome, in its place. */
@UsesBroker
class UserTopicTest {

    private static final int PARTITIONS = 3;
    private static final int RECORDS = 240;

    private final String photos = TestBroker.prefix(UserTopicTest.class) + "-photos";
    private final Topics topics = Topics.of(TestBroker.prefix(UserTopicTest.class), Optional.of(photos));

    @Test
    void everyRecordHasOneOutcomeThatTellsItsPlace() throws Exception {
        // Given
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(
                    admin,
                    List.of(
                            topics.stream(photos, PARTITIONS),
                            topics.stream(topics.teacherOutputs(), PARTITIONS),
                            topics.stream(topics.deadLetters(Topics.Stage.TEACHER), 1)));
        }
        write(0, RECORDS / 2);
        TeacherSettings settings = new TeacherSettings(
                topics,
                "teacher-0",
                16,
                Duration.ofMillis(5),
                64,
                VectorEncoding.VECTOR_ENCODING_FLOAT32,
                new SourceSettings(
                                SourceSettings.Format.JSON,
                                UserTopic.Id.POSITION,
                                Optional.of("/image"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty())
                        .source(),
                WorkLimits.DEFAULT);

        // When
        try (TeacherExchange teachers = Models.exchange(new ModelStore(Models.small()), Models.FRAGILE)) {
            try (Stream.Running running = new Stream.Running(settings, teachers)) {
                await(1);
            }
            write(RECORDS / 2, RECORDS);
            end();
            try (Stream.Running running = new Stream.Running(settings, teachers)) {
                await(RECORDS + PARTITIONS);
            }
        }

        // Then
        Set<String> answered = new HashSet<>();
        int ends = 0;
        for (ConsumerRecord<byte[], byte[]> record : TestLog.committed(topics.teacherOutputs())) {
            if (CloudEvents.isEndOfStream(record.headers())) {
                ends++;
                continue;
            }
            TeacherOutput output = TeacherOutput.parseFrom(record.value());
            assertThat(output.getPosition().getPartition()).isEqualTo(record.partition());
            String id = photos + "-" + record.partition() + "-"
                    + output.getPosition().getOffset();
            assertThat(output.getSample().getId()).isEqualTo(id);
            assertThat(output.getSample().getSource()).isEqualTo(photos);
            assertThat(answered.add(id)).as(id).isTrue();
        }
        List<String> reasons = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> letter : TestLog.committed(topics.deadLetters(Topics.Stage.TEACHER))) {
            reasons.add(CloudEvents.text(letter.headers(), DeadLetters.REASON));
        }
        assertThat(ends).isEqualTo(PARTITIONS);
        assertThat(answered).hasSize(RECORDS * 3 / 4);
        assertThat(reasons)
                .hasSize(RECORDS / 4)
                .containsOnly("missing_field", "not_base64", "unsupported_content_type", "malformed", "undecodable");
    }

    private void await(int outcomes) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(120))
                .until(() -> TestLog.committed(topics.teacherOutputs()).size()
                                + TestLog.committed(topics.deadLetters(Topics.Stage.TEACHER))
                                        .size()
                        >= outcomes);
    }

    /** Every fourth record is bad, in five ways by turns. */
    private void write(int first, int last) {
        List<String> bad = List.of(
                "{\"picture\":1}",
                "{\"image\":\"?\"}",
                "{\"image\":\"PHN2Zz4=\"}",
                "image",
                "{\"image\":\"" + Base64.getEncoder().encodeToString(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff})
                        + "\"}");
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = first; i < last; i++) {
            String value = i % 4 == 3
                    ? bad.get(i / 4 % bad.size())
                    : "{\"camera\":" + i + ",\"image\":\"" + Base64.getEncoder().encodeToString(png(i)) + "\"}";
            records.add(new ProducerRecord<>(photos, i % PARTITIONS, null, value.getBytes(UTF_8)));
        }
        TestLog.write(records);
    }

    private void end() {
        List<ProducerRecord<byte[], byte[]>> markers = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            EndOfStream marker = EndOfStream.newBuilder()
                    .setSourcePartition(partition)
                    .setPartitions(PARTITIONS)
                    .build();
            markers.add(new ProducerRecord<>(
                    photos,
                    partition,
                    null,
                    null,
                    marker.toByteArray(),
                    CloudEvents.headers(marker, Integer.toString(partition), "/test")));
        }
        TestLog.write(markers);
    }

    private static byte[] png(int number) {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(number % 2, 0, 0, 40 + number % 100);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
