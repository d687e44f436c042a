// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.Sample;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleCheckTest {

    private static final Sample GOOD = Sample.newBuilder()
            .setContentType("image/png")
            .setPayload(ByteString.copyFrom(new byte[10]))
            .build();

    private final SampleCheck check = new SampleCheck(10);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/png",
                "image/jpeg",
                "image/jpg",
                "IMAGE/PNG",
                "image/png; charset=binary",
                "application/x-tensor;dtype=uint8;shape=1,28,28",
                "application/x-tensor; shape=\"3,32,32\"; dtype=float32",
                "application/x-tensor;dtype=bfloat16;shape=32",
                "application/x-tensor;dtype=int64;shape=16,2,2,1"
            })
    void takesTheKnownContentTypes(String type) {
        // Given
        Sample sample = GOOD.toBuilder().setContentType(type).build();

        // When
        SampleCheck.Problem problem = check.problem(sample, false);

        // Then
        assertThat(problem).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "image",
                "image/pngx",
                "application/x-tensor",
                "application/x-tensor;dtype=uint8",
                "application/x-tensor;dtype=uint8;shape=",
                "application/x-tensor;dtype=float64;shape=28,28",
                "application/x-tensor;dtype=uint8;shape=28,,28",
                "application/x-tensor;dtype=uint8;shape=0,28,28",
                "application/x-tensor;dtype=uint8;shape=1,28,9999999",
                "application/x-tensor;dtype=uint8;shape=1,28,28;more=1",
                "application/x-tensor;nonsense"
            })
    void refusesOthers(String type) {
        // Given
        Sample sample = GOOD.toBuilder().setContentType(type).build();

        // When
        SampleCheck.Problem problem = check.problem(sample, false);

        // Then
        assertThat(problem.field()).isEqualTo("sample.content_type");
    }

    @Test
    void boundsThePayload() {
        // Given
        Sample large =
                GOOD.toBuilder().setPayload(ByteString.copyFrom(new byte[11])).build();

        // When
        SampleCheck.Problem problem = check.problem(large, false);

        // Then
        assertThat(check.problem(GOOD, false)).isNull();
        assertThat(problem.text()).isEqualTo("sample.payload: has 11 bytes; at most 10 are allowed");
    }

    @Test
    void takesAReferenceInPlaceOfThePayload() {
        assertThat(check.problem(reference(all -> {}).build(), false)).isNull();
        assertThat(check.problem(
                        reference(all -> all.setSha256("0".repeat(64)).setSizeBytes(10))
                                .setContentType("image/png")
                                .build(),
                        false))
                .isNull();
    }

    @Test
    void namesTheFieldOfABadReference() {
        assertThat(field(reference(all -> all.setAddress("")))).isEqualTo("sample.reference.address");
        assertThat(field(reference(all -> all.setAddress("photo.jpg")))).isEqualTo("sample.reference.address");
        assertThat(field(reference(all -> all.setAddress("https://user@host/a"))))
                .isEqualTo("sample.reference.address");
        assertThat(field(reference(all -> all.setSha256("abc")))).isEqualTo("sample.reference.sha256");
        assertThat(field(reference(all -> all.setSizeBytes(11)))).isEqualTo("sample.reference.size_bytes");
        assertThat(field(reference(all -> all.setSizeBytes(-1)))).isEqualTo("sample.reference.size_bytes");
        assertThat(field(reference(all -> {}).setPayload(GOOD.getPayload()))).isEqualTo("sample.reference");
        assertThat(field(reference(all -> {}).setContentType("text/plain"))).isEqualTo("sample.content_type");
        assertThat(field(GOOD.toBuilder().clearPayload())).isEqualTo("sample.payload");
    }

    private String field(Sample.Builder sample) {
        return check.problem(sample.build(), false).field();
    }

    private static Sample.Builder reference(Consumer<Reference.Builder> change) {
        Reference.Builder reference = Reference.newBuilder().setAddress("s3://photos/a.jpg");
        change.accept(reference);
        return Sample.newBuilder().setReference(reference);
    }
}
