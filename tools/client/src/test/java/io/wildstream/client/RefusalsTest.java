// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.IngestResponse.Result;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    private final Refusals refusals = new Refusals();

    @Test
    void countsReasonsThatDifferInNumbersAndNamesTogether() {
        // When
        refusals.add(List.of(
                refused("a", "sample.payload: has 9000000 bytes; at most 8388608 are allowed"),
                Result.newBuilder().setId("fine").build(),
                refused("b", "sample.content_type: 'image/x' is unknown"),
                refused("c", "sample.payload: has 9,500,000 bytes; at most 8388608 are allowed")));

        // Then
        assertThat(refusals.reasons())
                .containsExactly(
                        new Refusals.Reason("sample.payload: has 9000000 bytes; at most 8388608 are allowed", 2, "a"),
                        new Refusals.Reason("sample.content_type: 'image/x' is unknown", 1, "b"));
    }

    @Test
    void keepsFewReasonsHoweverManyThereAre() {
        // When
        refusals.add(IntStream.range(0, 100)
                .mapToObj(i -> refused("s" + i, "x".repeat(i + 1)))
                .toList());

        // Then
        assertThat(refusals.reasons()).hasSize(21);
        assertThat(refusals.reasons().get(20)).isEqualTo(new Refusals.Reason("others", 80, "s20"));
    }

    private static Result refused(String id, String error) {
        return Result.newBuilder().setId(id).setError(error).build();
    }
}
