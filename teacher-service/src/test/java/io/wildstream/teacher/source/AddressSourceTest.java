// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.SampleSource;
import io.wildstream.teacher.UnreadableRecordException;
import io.wildstream.teacher.source.AddressFields.Holds;
import io.wildstream.teacher.source.SourceSettings.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of topics of a user's own that hold addresses; the protobuf of "the user" is Wildstream's {@code TeacherOutput}. */
class AddressSourceTest {

    private static final String DIGEST = "0123456789abcdef".repeat(4);

    @TempDir
    Path directory;

    private static Optional<String> of(String text) {
        return Optional.ofNullable(text);
    }

    private static SourceSettings json(String field, AddressFields address) {
        return new SourceSettings(
                Format.JSON, UserTopic.Id.POSITION, of(field), Optional.empty(), of(null), of(null), address);
    }

    private SourceSettings protobuf(String field, String sha256, String size) throws IOException {
        FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
        addWithImports(set, TeacherOutput.getDescriptor().getFile());
        Path file = directory.resolve("events.desc");
        Files.write(file, set.build().toByteArray());
        return new SourceSettings(
                Format.PROTOBUF,
                UserTopic.Id.POSITION,
                of(field),
                Optional.of(file),
                of("wildstream.v1.TeacherOutput"),
                of(null),
                addresses(null, sha256, size));
    }

    private static void addWithImports(FileDescriptorSet.Builder set, FileDescriptor file) {
        set.addFile(file.toProto());
        file.getDependencies().forEach(dependency -> addWithImports(set, dependency));
    }

    private static AddressFields addresses(String prefix, String sha256, String size) {
        return new AddressFields(Holds.ADDRESS, of(prefix), of(sha256), of(size));
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>("photos", 3, 4711, null, value);
    }

    private static ConsumerRecord<byte[], byte[]> text(String value) {
        return record(value.getBytes(UTF_8));
    }

    private static void refused(
            SampleSource source, ConsumerRecord<byte[], byte[]> record, Enum<?> reason, String... said) {
        UnreadableRecordException refusal =
                catchThrowableOfType(UnreadableRecordException.class, () -> source.read(record));
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.detail()).contains(said);
    }

    @Test
    void jsonHoldsAddressDigestAndSize() throws Exception {
        // Given
        SampleSource source = json("/photo/key", addresses("s3://photos/", "/photo/sha256", "/photo/bytes"))
                .source();

        // When
        Sample all =
                source.read(text("{\"photo\": {\"key\": \"a b.jpg\", \"sha256\": \"" + DIGEST + "\", \"bytes\": 12}}"));
        Sample some = source.read(text("{\"photo\": {\"key\": 17, \"sha256\": null, \"bytes\": \"12\"}}"));

        // Then
        assertThat(all)
                .isEqualTo(Sample.newBuilder()
                        .setId("photos-3-4711")
                        .setSource("photos")
                        .setReference(Reference.newBuilder()
                                .setAddress("s3://photos/a b.jpg")
                                .setSha256(DIGEST)
                                .setSizeBytes(12))
                        .build());
        assertThat(some.getReference())
                .isEqualTo(Reference.newBuilder()
                        .setAddress("s3://photos/17")
                        .setSizeBytes(12)
                        .build());
        refused(source, text("{\"photo\": {}}"), Refusal.MISSING_FIELD, "no field /photo/key");
        refused(source, text("{\"photo\": {\"key\": {}}}"), Refusal.MALFORMED, "/photo/key", "object");
        refused(source, text("{\"photo\": {\"key\": \"a\", \"bytes\": -1}}"), Refusal.MALFORMED, "'-1'", "size-field");
        refused(
                source,
                text("{\"photo\": {\"key\": \"a\", \"bytes\": 1.5}}"),
                Refusal.MALFORMED,
                "/photo/bytes",
                "number");
        refused(source, text("a"), Refusal.MALFORMED, "not JSON");
    }

    @Test
    void protobufHoldsAddressDigestAndSize() throws Exception {
        // Given
        SampleSource source = protobuf(
                        "sample.reference.address", "sample.reference.sha256", "sample.reference.size_bytes")
                .source();
        Reference reference = Reference.newBuilder()
                .setAddress("https://host/a")
                .setSha256(DIGEST)
                .setSizeBytes(7)
                .build();
        TeacherOutput output = TeacherOutput.newBuilder()
                .setSample(Sample.newBuilder().setReference(reference))
                .build();

        // When, Then
        assertThat(source.read(record(output.toByteArray())).getReference()).isEqualTo(reference);
        refused(source, record(new byte[0]), Refusal.MISSING_FIELD, "sample.reference.address", "not set or empty");
        refused(source, record(new byte[] {1}), Refusal.MALFORMED, "wildstream.v1.TeacherOutput");
    }

    @Test
    void theWholeValueMayBeAnAddress() throws Exception {
        SampleSource source = new SourceSettings(
                        Format.IMAGE,
                        UserTopic.Id.POSITION,
                        of(null),
                        Optional.empty(),
                        of(null),
                        of("image/png"),
                        addresses(null, null, null))
                .source();

        Sample sample = source.read(text("s3://photos/图.png\n"));

        assertThat(sample.getReference().getAddress()).isEqualTo("s3://photos/图.png");
        assertThat(sample.getContentType()).isEqualTo("image/png");
    }

    @Test
    void keysThatCannotWorkAreNamed() throws Exception {
        assertThatThrownBy(() -> json("/a", new AddressFields(Holds.BYTES, of("s3://a/"), of(null), of(null)))
                        .source())
                .hasMessageContaining("wildstream.teacher.source.address-prefix")
                .hasMessageContaining("holds=address");
        assertThatThrownBy(() -> json("/a", new AddressFields(Holds.BYTES, of(null), of("/b"), of(null)))
                        .source())
                .hasMessageContaining("wildstream.teacher.source.sha256-field");
        assertThatThrownBy(() -> json("/a", addresses(null, "b", null)).source())
                .hasMessageContaining("wildstream.teacher.source.sha256-field 'b'")
                .hasMessageContaining("JSON pointer");
        assertThatThrownBy(() -> json("/a", addresses(null, null, "c")).source())
                .hasMessageContaining("wildstream.teacher.source.size-field 'c'");
        assertThatThrownBy(() -> protobuf("sample.payload", null, null).source())
                .hasMessageContaining("wildstream.teacher.source.field 'sample.payload'")
                .hasMessageContaining("a string field");
        assertThatThrownBy(() -> protobuf("sample.id", "sample.label", null).source())
                .hasMessageContaining("wildstream.teacher.source.sha256-field 'sample.label'");
        assertThatThrownBy(() -> protobuf("sample.id", null, "sample.id").source())
                .hasMessageContaining("wildstream.teacher.source.size-field 'sample.id'")
                .hasMessageContaining("an integer field");
        assertThatThrownBy(() -> new SourceSettings(
                                Format.SAMPLE,
                                UserTopic.Id.POSITION,
                                of(null),
                                Optional.empty(),
                                of(null),
                                of(null),
                                addresses(null, null, null))
                        .source())
                .hasMessageContaining("wildstream.teacher.source.holds");
        assertThatThrownBy(() -> new SourceSettings(
                                Format.IMAGE,
                                UserTopic.Id.POSITION,
                                of(null),
                                Optional.empty(),
                                of(null),
                                of(null),
                                addresses(null, "/a", null))
                        .source())
                .hasMessageContaining("wildstream.teacher.source.sha256-field");
    }
}
