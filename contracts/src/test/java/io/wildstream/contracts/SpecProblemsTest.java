// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.Range;
import org.junit.jupiter.api.Test;

class SpecProblemsTest {

    private final SpecProblems problems = new SpecProblems();

    @Test
    void isEmptyWhileNothingIsWrong() {
        // When
        problems.require(true, "a", "never");
        problems.modelName("b", "lenet5-1x28-10");
        problems.digest("c", "");
        problems.digest("c", "0a".repeat(32));
        problems.range("d", 1, 1, 2);
        problems.above0("e", 2, 2);

        // Then
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void writesWholeNumbersWithoutAFraction() {
        // When
        problems.range("a", 3, 1, 2);
        problems.range("b", 0.25, 0.5, Double.MAX_VALUE);

        // Then
        assertThat(problems.list())
                .containsExactly("a: must be in [1, 2], got 3", "b: must be finite and at least 0.5, got 0.25");
    }

    @Test
    void refusesWhatIsNotANumber() {
        // When
        problems.range("a", Double.NaN, 0, 1);
        problems.above0("b", Double.NaN, 1);
        problems.range("c", Double.POSITIVE_INFINITY, 0, Double.MAX_VALUE);

        // Then
        assertThat(problems.list())
                .containsExactly(
                        "a: must be in [0, 1], got NaN",
                        "b: must be in (0, 1], got NaN",
                        "c: must be finite and at least 0, got Infinity");
    }

    @Test
    void keepsToOpenAndClosedEndsOfARange() {
        // Given
        Range open = Range.newBuilder()
                .setMin(0)
                .setMax(1)
                .setAboveMin(true)
                .setBelowMax(true)
                .build();
        Range unbounded = Range.newBuilder().setMin(2).build();

        // When
        problems.range("a", 0, open);
        problems.range("b", 1, open);
        problems.range("c", 0.5, open);
        problems.range("d", 2, unbounded);
        problems.range("e", 1.5, unbounded);

        // Then
        assertThat(problems.list())
                .containsExactly(
                        "a: must be in (0, 1), got 0",
                        "b: must be in (0, 1), got 1",
                        "e: must be in [2, infinity), got 1.5");
    }

    @Test
    void refusesNamesThatLeaveTheirDirectory() {
        // When
        problems.modelName("a", "../secrets");
        problems.modelName("b", ".hidden");
        problems.modelName("c", "x".repeat(129));
        problems.digest("d", "0A".repeat(32));

        // Then
        assertThat(problems.list()).hasSize(4);
        assertThat(problems.list().get(0)).isEqualTo("a: must be the name of a model directory, got '../secrets'");
        assertThat(problems.list().get(3)).startsWith("d: must be 64 lower-case hexadecimal digits, got '0A");
    }
}
