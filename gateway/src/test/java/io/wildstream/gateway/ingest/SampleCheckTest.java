// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Sample;
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
}
