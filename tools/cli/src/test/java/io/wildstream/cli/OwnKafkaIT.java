// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.proof.StreamProof;
import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.SecureBroker;
import io.wildstream.contracts.testkit.UsesCluster;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.ServiceKind;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All four services as processes on a Kafka that is not theirs: TLS with a certificate that nobody knows, a user with a password, topics
 * made by an operator, and image files in a topic of the user's own as the stream.
 */
@Tag("long")
@UsesCluster
class OwnKafkaIT {

    private static final int PARTITIONS = 3;
    private static final int SAMPLES = 600;
    private static final int NO_IMAGES = 20;
    private static final String PHOTOS = "photos";

    /** The message of docs/integrate.md. */
    private static final FileDescriptorProto PHOTO = FileDescriptorProto.newBuilder()
            .setName("photo.proto")
            .setPackage("acme")
            .setSyntax("proto3")
            .addMessageType(DescriptorProto.newBuilder()
                    .setName("Image")
                    .addField(field("data", 1, FieldDescriptorProto.Type.TYPE_BYTES)))
            .addMessageType(DescriptorProto.newBuilder()
                    .setName("Photo")
                    .addField(field("camera", 1, FieldDescriptorProto.Type.TYPE_STRING))
                    .addField(field("image", 2, FieldDescriptorProto.Type.TYPE_MESSAGE)
                            .setTypeName(".acme.Image")))
            .build();

    @TempDir
    Path directory;

    private final Topics topics = Topics.of("shop", Optional.of(PHOTOS));
    private SecureBroker broker;

    @BeforeEach
    void startBroker() throws Exception {
        broker = SecureBroker.start(directory);
    }

    @AfterEach
    void stopBroker() throws Exception {
        broker.close();
    }

    /** What the records of the topic are, and how the services come to Kafka. */
    enum Source {
        IMAGES_BY_PASSWORD,
        JSON_BY_PASSWORD,
        PROTOBUF_BY_CERTIFICATE
    }

    @ParameterizedTest
    @EnumSource
    void learnsFromATopicOfItsOwnOnAKafkaWithTls(Source source) throws Exception {
        // Given
        Rehearsal rehearsal = new Rehearsal(directory, SAMPLES);
        makeTopics();
        StreamProof proof;
        try (Cluster cluster = rehearsal.start(keys(source));
                GatewayClient gateway = GatewayClient.connect(cluster.port("gateway"))) {
            rehearsal.command(gateway);

            // When
            write(rehearsal, source);
            rehearsal.awaitFinished(cluster, gateway);

            // Then
            assertThatIngestIsRefused(gateway, rehearsal);
            assertThat(metrics(cluster)).contains("wildstream_gateway_topic_records_total{topic=\"samples\"}");
            proof = rehearsal.prove(cluster, broker.plainBootstrapServers(), topics);
        }
        assertThat(proof.ingested()).isEqualTo(SAMPLES + NO_IMAGES);
        assertThat(proof.deadLetters()).isEqualTo(NO_IMAGES);
    }

    @Test
    void aWrongPasswordIsToldAndEndsTheProcess() {
        // Given
        Rehearsal rehearsal = new Rehearsal(directory, SAMPLES);

        // When, Then
        assertThatThrownBy(() -> rehearsal
                        .start(keys(broker.client("guess"), Map.of("wildstream.teacher.source.format", "image")))
                        .close())
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("refuses this client")
                .hasMessageContaining("kafka.sasl.jaas.config")
                .hasMessageNotContaining("guess");
    }

    private static String metrics(Cluster cluster) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + cluster.port("gateway") + "/q/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static FieldDescriptorProto.Builder field(String name, int number, FieldDescriptorProto.Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(type)
                .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
    }

    private Map<String, String> keys(Source source) throws IOException {
        String format = "wildstream.teacher.source.format";
        String field = "wildstream.teacher.source.field";
        return switch (source) {
            case IMAGES_BY_PASSWORD -> keys(broker.client(SecureBroker.PASSWORD), Map.of(format, "image"));
            case JSON_BY_PASSWORD ->
                keys(broker.client(SecureBroker.PASSWORD), Map.of(format, "json", field, "/image/data"));
            case PROTOBUF_BY_CERTIFICATE -> {
                Path descriptors = directory.resolve("photo.desc");
                Files.write(
                        descriptors,
                        FileDescriptorSet.newBuilder().addFile(PHOTO).build().toByteArray());
                yield keys(
                        broker.certifiedClient(),
                        Map.of(
                                format,
                                "protobuf",
                                field,
                                "image.data",
                                "wildstream.teacher.source.descriptors",
                                descriptors.toString(),
                                "wildstream.teacher.source.message",
                                "acme.Photo"));
            }
        };
    }

    private Map<String, String> keys(Map<String, Object> client, Map<String, String> source) {
        Map<String, String> keys = new HashMap<>(source);
        client.forEach((key, value) -> keys.put("kafka." + key, value.toString()));
        keys.put("wildstream.topic-prefix", topics.prefix());
        keys.put("wildstream.create-topics", "false");
        keys.put("wildstream.samples-topic", PHOTOS);
        return keys;
    }

    private void makeTopics() throws Exception {
        List<NewTopic> all = new ArrayList<>(List.of(
                new NewTopic(PHOTOS, Optional.of(PARTITIONS), Optional.empty()),
                topics.stream(topics.teacherOutputs(), PARTITIONS),
                topics.stream(topics.rejected(), PARTITIONS),
                topics.rankingTopic(),
                topics.eventsTopic(),
                topics.ingestedIdsTopic(),
                topics.controlTopic(),
                topics.statusTopic(ServiceKind.SERVICE_KIND_TEACHER),
                topics.statusTopic(ServiceKind.SERVICE_KIND_SELECTOR),
                topics.statusTopic(ServiceKind.SERVICE_KIND_TRAINER),
                topics.statusTopic(ServiceKind.SERVICE_KIND_GATEWAY),
                topics.checkpointsTopic(),
                topics.curriculumTopic(Rehearsal.STUDENT)));
        for (Topics.Stage stage : Topics.Stage.values()) {
            all.add(topics.stream(topics.deadLetters(stage), 1));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.plainBootstrapServers()))) {
            admin.createTopics(all).all().get();
        }
    }

    private void write(Rehearsal rehearsal, Source source) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                broker.client(SecureBroker.PASSWORD), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < SAMPLES + NO_IMAGES; i++) {
                byte[] value = i < SAMPLES
                        ? record(source, png(rehearsal.mixture().entry(i).sample()))
                        : new byte[] {1, 2, 3};
                producer.send(new ProducerRecord<>(PHOTOS, i % PARTITIONS, null, value));
            }
            for (int partition = 0; partition < PARTITIONS; partition++) {
                EndOfStream marker = EndOfStream.newBuilder()
                        .setSourcePartition(partition)
                        .setPartitions(PARTITIONS)
                        .build();
                producer.send(new ProducerRecord<>(
                        PHOTOS,
                        partition,
                        null,
                        null,
                        marker.toByteArray(),
                        CloudEvents.headers(marker, Integer.toString(partition), "/test")));
            }
        }
    }

    private static byte[] record(Source source, byte[] image) throws DescriptorValidationException {
        return switch (source) {
            case IMAGES_BY_PASSWORD -> image;
            case JSON_BY_PASSWORD ->
                ("{\"camera\": \"north\", \"image\": {\"data\": \""
                                + Base64.getEncoder().encodeToString(image) + "\"}}")
                        .getBytes(StandardCharsets.UTF_8);
            case PROTOBUF_BY_CERTIFICATE -> {
                FileDescriptor file = FileDescriptor.buildFrom(PHOTO, new FileDescriptor[0]);
                Descriptor photo = file.findMessageTypeByName("Photo");
                Descriptor picture = file.findMessageTypeByName("Image");
                yield DynamicMessage.newBuilder(photo)
                        .setField(photo.findFieldByName("camera"), "north")
                        .setField(
                                photo.findFieldByName("image"),
                                DynamicMessage.newBuilder(picture)
                                        .setField(picture.findFieldByName("data"), ByteString.copyFrom(image))
                                        .build())
                        .build()
                        .toByteArray();
            }
        };
    }

    private static byte[] png(Sample sample) throws IOException {
        if (sample.getContentType().equals("image/png")) {
            return sample.getPayload().toByteArray();
        }
        int side = (int) Math.sqrt(sample.getPayload().size());
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, side, side, sample.getPayload().toByteArray());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private static void assertThatIngestIsRefused(GatewayClient gateway, Rehearsal rehearsal) {
        Iterator<Sample> one = List.of(rehearsal.mixture().entry(0).sample()).iterator();
        try (Feeding feeding = new Feeding(gateway, one, Double.POSITIVE_INFINITY, false)) {
            assertThatThrownBy(() -> Awaitility.await().until(feeding::isDone))
                    .hasMessageContaining("FAILED_PRECONDITION")
                    .hasMessageContaining("wildstream.samples-topic");
        }
    }
}
