// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelStore;
import io.wildstream.trainer.TestConfig;
import io.wildstream.trainer.reference.FetchOutcome;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** What a record means that holds a reference in place of the bytes. */
class ReferencesInRecordsTest {

    private static final ByteString BYTES = ByteString.copyFrom(new byte[28 * 28]);

    private final RecordParser parser = new RecordParser(
            "anna",
            ModelDescription.read(new ModelStore(List.of(TestConfig.repositoryModels())).directory("lenet5-1x28-10")),
            SkipRules.NONE);

    @Test
    void theBytesThatAreFetchedAreLearned() {
        // When
        CurriculumEvent event = parser.parse(record(selected -> {}));
        CurriculumEvent complete = parser.complete((CurriculumEvent.Referenced) event, new FetchOutcome.Found(BYTES));

        // Then
        assertThat(complete).isInstanceOf(CurriculumEvent.Selected.class);
        assertThat(complete.offset()).isEqualTo(17);
    }

    @Test
    void bytesBesideAReferenceAreLearnedWithoutAFetch() {
        assertThat(parser.parse(record(selected ->
                        selected.getTeacherOutputBuilder().getSampleBuilder().setPayload(BYTES))))
                .isInstanceOf(CurriculumEvent.Selected.class);
    }

    @Test
    void whatIsMissingIsNamedByItsAddressAndItsPlaces() {
        // When
        CurriculumEvent event = parser.complete(
                (CurriculumEvent.Referenced) parser.parse(record(selected -> {})),
                new FetchOutcome.Missing(MissingReason.MISSING_REASON_GONE, "s3://bucket/key: is not there"));

        // Then
        assertThat(event)
                .isEqualTo(new CurriculumEvent.Missing(
                        17,
                        "camera",
                        MissingReason.MISSING_REASON_GONE,
                        "s3://bucket/key: is not there, of the sample in partition 3 at offset 1000 (offset 17 of the curriculum)",
                        false));
    }

    @Test
    void whatNoObjectCouldMendIsRefusedUnfetched() {
        assertThat(refusal(selected -> reference(selected).clearSha256()))
                .contains("BAD_REFERENCE", "SHA-256 and size");
        assertThat(refusal(selected -> reference(selected).clearSizeBytes())).contains("BAD_REFERENCE");
        assertThat(refusal(selected -> reference(selected).setAddress("gopher://x")))
                .contains("BAD_REFERENCE", "gopher");
        assertThat(refusal(selected -> selected.setPseudoLabel(10))).contains("BAD_LABEL");
        assertThat(refusal(selected -> selected.getTeacherOutputBuilder().clearLogits()))
                .contains("BAD_LOGITS");
    }

    @Test
    void whereNothingCanBeFetchedAReferenceIsRefusedWithTheWayOut() {
        RecordQueue queue = new RecordQueue(parser, null);
        assertThatThrownBy(() -> queue.add(record(selected -> {})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("curriculum holds references in place of images, at offset 17:"
                        + " choose a curriculum whose teacher keeps the bytes");
    }

    private String refusal(Consumer<SelectedSample.Builder> change) {
        CurriculumEvent.Refused refused = (CurriculumEvent.Refused) parser.parse(record(change));
        return refused.reason() + " " + refused.detail();
    }

    private static Reference.Builder reference(SelectedSample.Builder selected) {
        return selected.getTeacherOutputBuilder().getSampleBuilder().getReferenceBuilder();
    }

    private static ConsumerRecord<byte[], byte[]> record(Consumer<SelectedSample.Builder> change) {
        SelectedSample.Builder selected = SelectedSample.newBuilder().setPseudoLabel(1);
        selected.getTeacherOutputBuilder()
                .setEncoding(VectorEncoding.VECTOR_ENCODING_FLOAT32)
                .setLogits(Vectors.packFloat32(new float[10], 0, 10))
                .setDecoder(3);
        selected.getTeacherOutputBuilder().getPositionBuilder().setPartition(3).setOffset(1000);
        selected.getTeacherOutputBuilder()
                .getSampleBuilder()
                .setSource("camera")
                .setContentType("application/x-tensor;dtype=uint8;shape=1,28,28")
                .setReference(Reference.newBuilder()
                        .setAddress("s3://bucket/key")
                        .setSha256("ab".repeat(32))
                        .setSizeBytes(BYTES.size()));
        change.accept(selected);
        byte[] value =
                CurriculumRecord.newBuilder().setSelected(selected).build().toByteArray();
        return new ConsumerRecord<>("curriculum", 0, 17, null, value);
    }
}
