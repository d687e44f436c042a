// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.Page;
import io.wildstream.contracts.testkit.Shell;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.PrecomputedOutput;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.engine.Digests;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.TensorInput;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.testkit.TestConfigs;
import io.wildstream.teacher.app.TeacherConfig;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs what {@code docs/integrate.md} says about topics of the user's own: its commands send records, its keys read them. Commands that are
 * not installed (kcat, protoc, Python) skip what needs them.
 */
@UsesBroker
class IntegratePageTest {

    private static final Page PAGE = Page.of("docs/integrate.md");
    private static final String KAFKA = "kafka-0.example.org:9093";

    private final String prefix = TestBroker.prefix(IntegratePageTest.class);

    @TempDir
    Path directory;

    @BeforeEach
    void makeFiles() throws IOException {
        Files.writeString(directory.resolve("kcat.conf"), "# the broker of the tests asks for nothing\n");
        for (String name : List.of("a", "b")) {
            BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
            image.getRaster().setSample(0, 0, 0, name.charAt(0));
            Files.createDirectories(directory.resolve("images"));
            ImageIO.write(
                    image, "png", directory.resolve("images/" + name + ".png").toFile());
        }
    }

    @Test
    void imageFiles() throws Exception {
        // Given
        List<String> properties = PAGE.blocks("Raw image files", "properties");

        // When
        List<Sample> samples =
                send("photos", PAGE.blocks("Raw image files", "bash").get(0), properties.get(1));

        // Then
        assertThat(samples)
                .allSatisfy(sample -> assertThat(sample.getContentType()).isEqualTo("image/png"));
        assertThat(samples).extracting(Sample::getPayload).containsExactlyInAnyOrder(image("a"), image("b"));
        assertThat(samples).extracting(Sample::getSource).containsOnly(topic("photos"));
        assertThat(samples).extracting(Sample::getId).allMatch(id -> id.startsWith(topic("photos") + "-"));
    }

    /** The names of the settings; the broker of the tests has neither TLS nor passwords. */
    @Test
    void kcatKnowsItsSettings() throws Exception {
        // Given
        Shell.needs("kcat");
        String settings = PAGE.blocks("Raw image files", "properties").get(0);
        Files.writeString(directory.resolve("kcat.conf"), settings);

        // When
        String known = new Shell(directory).run("kcat -F kcat.conf -X dump");

        // Then
        assertThat(Page.properties(settings))
                .hasSizeGreaterThan(3)
                .allSatisfy((key, value) -> assertThat(known).contains(key + " = "));
    }

    @Test
    void imagesInJson() throws Exception {
        // When
        List<Sample> samples = send(
                "photos",
                PAGE.blocks("JSON", "bash").get(0),
                PAGE.blocks("JSON", "properties").get(0));

        // Then
        assertThat(samples).extracting(Sample::getPayload).containsExactlyInAnyOrder(image("a"), image("b"));
        assertThat(samples).extracting(Sample::getContentType).containsOnly("image/png");
    }

    @Test
    void imagesInProtobuf() throws Exception {
        // Given
        Shell.needs("protoc");
        Files.writeString(
                directory.resolve("photo.proto"),
                PAGE.blocks("Protobuf", "proto").get(0));
        String printed =
                new Shell(directory).run(PAGE.blocks("Protobuf", "bash").get(0));
        Path descriptors = directory.resolve("photo.desc");
        Map<String, String> keys =
                Page.properties(PAGE.blocks("Protobuf", "properties").get(0));
        assertThat(keys.get("wildstream.teacher.source.descriptors")).endsWith("/photo.desc");
        keys.put("wildstream.teacher.source.descriptors", descriptors.toString());

        // When
        makeTopic("photos");
        TestLog.write(List.of(new ProducerRecord<>(topic("photos"), photo(descriptors, image("a")))));
        List<Sample> samples = read("photos", keys);

        // Then
        assertThat(printed).isEmpty();
        assertThat(samples).extracting(Sample::getPayload).containsExactly(image("a"));
    }

    @Test
    void addressesInJson() throws Exception {
        // Given
        List<String> commands = PAGE.blocks("By reference", "bash");
        List<String> properties = PAGE.blocks("By reference", "properties");

        // When
        List<Sample> samples = send("photos", commands.get(1), properties.get(1));

        // Then
        assertThat(samples)
                .extracting(Sample::getReference)
                .containsExactly(Reference.newBuilder()
                        .setAddress("s3://photos/2026/17.jpg")
                        .setSizeBytes(48213)
                        .build());
    }

    @Test
    void rowsOfATable() throws Exception {
        // Given
        Shell.needs("python3");
        ByteBuffer row = ByteBuffer.allocate(32 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 32; i++) {
            row.putFloat(0.5f);
        }

        // When
        List<Sample> samples = send(
                "rows",
                PAGE.blocks("Tensors", "bash").get(0),
                PAGE.blocks("Tensors", "properties").get(0));

        // Then
        assertThat(samples).extracting(Sample::getPayload).containsExactly(ByteString.copyFrom(row.flip()));
        assertThat(samples)
                .extracting(Sample::getContentType)
                .containsExactly("application/x-tensor;dtype=float32;shape=32");
    }

    @Test
    void aModelOfRows() throws Exception {
        // Given
        Path module = Files.createFile(directory.resolve(ModelDescription.MODULE_FILE));
        Files.writeString(
                directory.resolve(ModelDescription.DESCRIPTION_FILE),
                PAGE.blocks("Tensors", "json").get(0).replace("\"...\"", "\"" + Digests.sha256(module) + "\""));

        // When
        ModelDescription model = ModelDescription.read(directory);

        // Then
        assertThat(model.input())
                .isInstanceOfSatisfying(
                        TensorInput.class, input -> assertThat(input.shape()).containsExactly(32));
        assertThat(model.classes()).containsExactly("stays", "goes");
    }

    @Test
    void outputsOfTheTeacher() throws Exception {
        // Given
        Shell.needs("protoc");
        Path model = Files.createDirectories(directory.resolve("models/resnet")).resolve("model.pt");
        Files.writeString(model, "a network");
        PrecomputedOutput output = PrecomputedOutput.newBuilder()
                .setTeacher("resnet")
                .setDigest(Digests.sha256(model))
                .addAllLogits(List.of(0.3f, -1.5f, 4.2f))
                .addAllFeatures(List.of(0.5f, 0f, 1.25f, 2f))
                .build();
        List<String> commands = PAGE.blocks("Outputs that exist already", "bash");
        Map<String, String> accepting = Map.of("wildstream.teacher.accept-outputs", "true");

        // When
        makeTopic("wildstream.samples");
        List<Sample> inHeader = send(
                "photos",
                String.join("", commands)
                        .replace("-I contracts/src", "-I " + Page.root().resolve("contracts/src")),
                PAGE.blocks("Raw image files", "properties").get(1) + "\nwildstream.teacher.accept-outputs=true");
        List<Sample> inSample = read("wildstream.samples", accepting);

        // Then
        assertThat(inHeader).extracting(Sample::getOutput).containsExactly(output);
        assertThat(inHeader).extracting(Sample::getPayload).containsExactly(image("a"));
        assertThat(inSample)
                .containsExactly(Sample.newBuilder()
                        .setId("photo-17")
                        .setContentType("application/x-tensor;dtype=uint8;shape=1,2,2")
                        .setPayload(ByteString.copyFrom(new byte[] {0, 127, (byte) 128, (byte) 255}))
                        .setOutput(output)
                        .build());
    }

    /** Runs commands that write to a topic of the page, and reads it by the keys of the page. */
    private List<Sample> send(String topic, String commands, String properties) throws Exception {
        Shell.needs("kcat");
        makeTopic(topic);
        new Shell(directory)
                .run(commands.replace(KAFKA, TestBroker.get().bootstrapServers())
                        .replaceAll("-t (\\S+)", "-t " + prefix + ".$1"));
        return read(topic, Page.properties(properties));
    }

    private List<Sample> read(String topic, Map<String, String> properties) throws UnreadableRecordException {
        Map<String, String> keys = new HashMap<>(properties);
        assertThat(keys.getOrDefault("wildstream.samples-topic", topic)).isEqualTo(topic);
        keys.computeIfPresent("wildstream.samples-topic", (key, name) -> topic(name));
        SampleSource source = TestConfigs.read(TeacherConfig.class, keys)
                .settings(TestConfigs.read(ClusterConfig.class, keys))
                .source();
        SampleOutputs samples = new SampleOutputs(
                source, new TeacherOutputEncoder(VectorEncoding.VECTOR_ENCODING_FLOAT32, () -> false));
        List<Sample> read = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : TestLog.committed(topic(topic))) {
            read.add(samples.read(record));
        }
        return read;
    }

    private String topic(String name) {
        return prefix + "." + name;
    }

    private void makeTopic(String name) {
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(admin, List.of(new Topics(prefix).stream(topic(name), 2)));
        }
    }

    private ByteString image(String name) throws IOException {
        return ByteString.copyFrom(Files.readAllBytes(directory.resolve("images/" + name + ".png")));
    }

    private static byte[] photo(Path descriptors, ByteString image) throws IOException, DescriptorValidationException {
        var file = FileDescriptorSet.parseFrom(Files.readAllBytes(descriptors)).getFile(0);
        var messages = FileDescriptor.buildFrom(file, new FileDescriptor[0]);
        var photo = messages.findMessageTypeByName("Photo");
        var picture = messages.findMessageTypeByName("Image");
        return DynamicMessage.newBuilder(photo)
                .setField(
                        photo.findFieldByName("image"),
                        DynamicMessage.newBuilder(picture)
                                .setField(picture.findFieldByName("data"), image)
                                .build())
                .build()
                .toByteArray();
    }
}
