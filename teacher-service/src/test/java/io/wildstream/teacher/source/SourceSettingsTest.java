// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import io.wildstream.teacher.OwnSamples;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.SampleSource;
import io.wildstream.teacher.UnreadableRecordException;
import io.wildstream.teacher.source.SourceSettings.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records of topics of a user's own. The protobuf of "the user" is Wildstream's {@code TeacherOutput} with the image in
 * {@code sample.payload}: a real descriptor set with imports and a nested field.
 */
class SourceSettingsTest {

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 1, 2, 3};
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 7};

    @TempDir
    Path directory;

    private Path descriptors;

    @BeforeEach
    void writeDescriptors() throws IOException {
        var file = TeacherOutput.getDescriptor().getFile();
        FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
        addWithImports(set, file);
        descriptors = directory.resolve("events.desc");
        Files.write(descriptors, set.build().toByteArray());
    }

    /** Last things first: a set need not be sorted. */
    private static void addWithImports(FileDescriptorSet.Builder set, FileDescriptor file) {
        set.addFile(file.toProto());
        file.getDependencies().forEach(dependency -> addWithImports(set, dependency));
    }

    @Test
    void anImageFileIsASampleNamedByItsPosition() throws Exception {
        // Given
        SampleSource source = settings(Format.IMAGE).source();

        // When
        Sample sample = source.read(record(null, PNG));

        // Then
        assertThat(sample)
                .isEqualTo(Sample.newBuilder()
                        .setId("photos-3-4711")
                        .setSource("photos")
                        .setContentType("image/png")
                        .setPayload(ByteString.copyFrom(PNG))
                        .build());
        assertThat(source.read(record(null, JPEG)).getContentType()).isEqualTo("image/jpeg");
    }

    @Test
    void theKeyIsTheIdWhenItIsAskedFor() throws Exception {
        // Given
        SampleSource source =
                new SourceSettings(Format.IMAGE, UserTopic.Id.KEY, none(), none(), none(), none()).source();

        // When, Then
        assertThat(source.read(record("Käfer 7".getBytes(UTF_8), PNG)).getId()).isEqualTo("Käfer 7");
        refused(source, record(null, PNG), Refusal.MALFORMED, "has no key", "source.id=position");
        refused(source, record(new byte[] {(byte) 0xc3, 0x28}, PNG), Refusal.MALFORMED, "not UTF-8");
        refused(source, record(new byte[0], PNG), Refusal.MALFORMED, "0 characters");
        refused(source, record("x".repeat(257).getBytes(UTF_8), PNG), Refusal.MALFORMED, "257 characters");
    }

    @Test
    void anUnknownMediaTypeIsNamedByItsFirstBytes() throws Exception {
        SampleSource source = settings(Format.IMAGE).source();

        refused(source, record(null, "<svg/>".getBytes(UTF_8)), Reason.UNSUPPORTED_CONTENT_TYPE, "3c 73 76 67 2f 3e");
        refused(source, record(null, new byte[] {1}), Reason.UNSUPPORTED_CONTENT_TYPE, "bytes 01,");
        refused(source, record(null, new byte[0]), Reason.EMPTY, "no bytes");
    }

    @Test
    void aContentTypeThatIsGivenHoldsForAll() throws Exception {
        // Given
        String tensor = "application/x-tensor;dtype=uint8;shape=1,2,2";
        SampleSource source = new SourceSettings(
                        Format.IMAGE, UserTopic.Id.POSITION, none(), none(), none(), Optional.of(tensor))
                .source();

        // When, Then
        assertThat(source.read(record(null, new byte[4])).getContentType()).isEqualTo(tensor);
    }

    @Test
    void jsonHoldsTheImageAsBase64AtAPointer() throws Exception {
        // Given
        SampleSource source = json("/photos/0/data");
        String base64 = Base64.getEncoder().encodeToString(PNG);

        // When, Then
        for (String text : new String[] {
            base64, base64.replace("=", ""), "data:image/png;base64," + base64, "data:image/png;name=a;base64," + base64
        }) {
            byte[] value = ("{\"photos\":[{\"data\":\"" + text + "\"}],\"n\":1}").getBytes(UTF_8);
            assertThat(source.read(record(null, value)).getPayload().toByteArray())
                    .isEqualTo(PNG);
            assertThat(source.read(record(null, framed(value))).getPayload().toByteArray())
                    .isEqualTo(PNG);
        }
    }

    @Test
    void jsonWithoutTheImageSaysWhatIsMissing() throws Exception {
        SampleSource source = json("/image");

        refused(source, text("{\"picture\":\"\"}"), Refusal.MISSING_FIELD, "no field /image");
        refused(source, text("{\"image\":null}"), Refusal.MISSING_FIELD, "no field /image");
        refused(source, text("[1]"), Refusal.MISSING_FIELD, "no field /image");
        refused(source, text("{\"image\":7}"), Refusal.NOT_BASE64, "/image is not text but number");
        refused(source, text("{\"image\":\"a b\"}"), Refusal.NOT_BASE64, "/image is not base64");
        refused(source, text("{\"image\":\"data:image/png,x\"}"), Refusal.NOT_BASE64, ";base64,");
        refused(source, text("{\"image\":\"\"}"), Reason.EMPTY, "no bytes");
        refused(source, text("{\"image\":\"PHN2Zz4=\"}"), Reason.UNSUPPORTED_CONTENT_TYPE, "3c 73 76");
        for (String bad : new String[] {"", "{", "{\"image\":\"a\"} x", "\0\0\0\0\1", "hello", "[".repeat(5000)}) {
            refused(source, text(bad), Refusal.MALFORMED, "");
        }
    }

    @Test
    void protobufHoldsTheImageInAFieldOfAMessageWithin() throws Exception {
        // Given
        SampleSource source = protobuf("sample.payload");
        byte[] value = output(PNG).toByteArray();
        ByteArrayOutputStream nested = new ByteArrayOutputStream();
        nested.writeBytes(new byte[] {0, 0, 0, 1, 7, 4, 2, 0}); // schema 263, message path of two: 1, 0
        nested.writeBytes(value);

        // When, Then
        assertThat(source.read(record(null, value)).getPayload().toByteArray()).isEqualTo(PNG);
        assertThat(source.read(record(null, nested.toByteArray())).getPayload().toByteArray())
                .isEqualTo(PNG);
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        first.writeBytes(new byte[] {0, 0, 0, 0, 7, 0});
        first.writeBytes(value);
        assertThat(source.read(record(null, first.toByteArray())).getPayload().toByteArray())
                .isEqualTo(PNG);
    }

    @Test
    void protobufWithoutTheImageSaysWhatIsMissing() throws Exception {
        SampleSource source = protobuf("sample.payload");

        refused(source, record(null, new byte[0]), Refusal.MISSING_FIELD, "sample.payload");
        refused(source, record(null, output(new byte[0]).toByteArray()), Refusal.MISSING_FIELD, "sample.payload");
        refused(source, text("hello"), Refusal.MALFORMED, "wildstream.v1.TeacherOutput");
        refused(source, record(null, new byte[] {0, 0, 0, 0, 1}), Refusal.MALFORMED, "schema registry");
        refused(source, record(null, new byte[] {0, 0, 0, 0, 1, 20, 0}), Refusal.MALFORMED, "schema registry");
        refused(
                source,
                record(null, output(new byte[] {1}).toByteArray()),
                Reason.UNSUPPORTED_CONTENT_TYPE,
                "bytes 01,");
    }

    @Test
    void noBytesWhateverHarmTheReaders() {
        SampleSource[] sources = {settings(Format.IMAGE).source(), json("/image"), protobuf("sample.payload")};
        Random random = new Random(5);
        byte[] good = output(PNG).toByteArray();
        for (int i = 0; i < 20_000; i++) {
            byte[] value = new byte[random.nextInt(40)];
            random.nextBytes(value);
            if (i % 2 == 0) {
                value = Arrays.copyOf(good, good.length);
                value[random.nextInt(value.length)] = (byte) random.nextInt();
            }
            for (SampleSource source : sources) {
                try {
                    assertThat(source.read(record(null, value)).getPayload()).isNotEmpty();
                } catch (UnreadableRecordException e) {
                    assertThat(e.detail()).isNotBlank();
                }
            }
        }
    }

    @Test
    void namesTheKeyThatIsMissingSuperfluousOrWrong() {
        wrong(Format.JSON, null, null, null, null, "field is not set", "JSON pointer");
        wrong(Format.JSON, "image", null, null, null, "field 'image'", "/image/data");
        wrong(Format.JSON, "/image", descriptors, null, null, "descriptors is set", "remove it");
        wrong(Format.IMAGE, "/image", null, null, null, "field is set", "format=image");
        wrong(Format.IMAGE, null, null, null, "image/svg+xml", "content-type 'image/svg+xml'", "image/png");
        wrong(Format.SAMPLE, null, null, null, "image/png", "content-type is set", "format=sample");
        wrong(Format.PROTOBUF, "a", null, "M", null, "descriptors is not set", "--descriptor_set_out");
        wrong(Format.PROTOBUF, "a", descriptors, null, null, "message is not set", "full name");
        wrong(Format.PROTOBUF, "a", directory.resolve("no"), "M", null, "descriptors", "cannot be read");
        wrong(Format.PROTOBUF, "a", descriptors, "M", null, "message 'M'", "wildstream.v1.TeacherOutput");
        String message = "wildstream.v1.TeacherOutput";
        wrong(Format.PROTOBUF, "a", descriptors, message, null, "field 'a'", "message sample");
        wrong(Format.PROTOBUF, "sample.id", descriptors, message, null, "'id' is not a single", "bytes payload");
        wrong(Format.PROTOBUF, "sample", descriptors, message, null, "'sample' is not a single", "type bytes");
        wrong(Format.PROTOBUF, "logits.x", descriptors, message, null, "'logits'", "type message");
    }

    @Test
    void aSetWithoutItsImportsIsTold() throws Exception {
        Files.write(
                descriptors,
                FileDescriptorSet.newBuilder()
                        .addFile(io.wildstream.contracts.v1.InstanceStatus.getDescriptor()
                                .getFile()
                                .toProto())
                        .build()
                        .toByteArray());

        wrong(Format.PROTOBUF, "a", descriptors, "M", null, "descriptors", "--include_imports");
    }

    @Test
    void wildstreamsOwnSamplesAreTheDefault() {
        assertThat(settings(Format.SAMPLE).source()).isSameAs(OwnSamples.INSTANCE);
    }

    private static SourceSettings settings(Format format) {
        return new SourceSettings(format, UserTopic.Id.POSITION, none(), none(), none(), none());
    }

    private static SampleSource json(String pointer) {
        return new SourceSettings(Format.JSON, UserTopic.Id.POSITION, Optional.of(pointer), none(), none(), none())
                .source();
    }

    private SampleSource protobuf(String path) {
        return new SourceSettings(
                        Format.PROTOBUF,
                        UserTopic.Id.POSITION,
                        Optional.of(path),
                        Optional.of(descriptors),
                        Optional.of("wildstream.v1.TeacherOutput"),
                        none())
                .source();
    }

    private static <T> Optional<T> none() {
        return Optional.empty();
    }

    private static void wrong(
            Format format, String field, Path descriptors, String message, String contentType, String... said) {
        SourceSettings settings = new SourceSettings(
                format,
                UserTopic.Id.POSITION,
                Optional.ofNullable(field),
                Optional.ofNullable(descriptors),
                Optional.ofNullable(message),
                Optional.ofNullable(contentType));
        assertThatThrownBy(settings::source)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wildstream.teacher.source.")
                .hasMessageContainingAll(said);
    }

    private static void refused(
            SampleSource source, ConsumerRecord<byte[], byte[]> record, Enum<?> reason, String... said) {
        UnreadableRecordException refusal =
                catchThrowableOfType(UnreadableRecordException.class, () -> source.read(record));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.detail()).contains(said);
    }

    private static TeacherOutput output(byte[] image) {
        return TeacherOutput.newBuilder()
                .setSample(Sample.newBuilder().setId("a").setPayload(ByteString.copyFrom(image)))
                .build();
    }

    /** As Confluent's serializers write it. */
    private static byte[] framed(byte[] value) {
        byte[] framed = new byte[value.length + 5];
        framed[4] = 9;
        System.arraycopy(value, 0, framed, 5, value.length);
        return framed;
    }

    private static ConsumerRecord<byte[], byte[]> text(String value) {
        return record(null, value.getBytes(UTF_8));
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
        return new ConsumerRecord<>("photos", 3, 4711, key, value);
    }
}
