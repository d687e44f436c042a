// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeftOutTest {

    private final LeftOut leftOut = new LeftOut("control");

    @Test
    void keepsTheBeginningOfALongKeyAndOfALongReason() {
        // Given
        String key = "k".repeat(900_000);

        // When
        leftOut.add(key, 7, "r".repeat(900_000));

        // Then
        assertThat(leftOut.problems())
                .singleElement()
                .satisfies(
                        problem -> assertThat(problem).hasSizeLessThan(500).contains("entry 'kkk", "at offset 7 (rrr"));
    }

    @Test
    void tellsLongKeysWithOneBeginningApart() {
        // Given
        String beginning = "k".repeat(200);
        leftOut.add(beginning + "a", 1, "bad");
        leftOut.add(beginning + "b", 2, "bad");

        // When
        leftOut.remove(beginning + "a");

        // Then
        assertThat(leftOut.problems())
                .singleElement()
                .satisfies(
                        problem -> assertThat(problem).contains("at offset 2").doesNotContain("at offset 1"));
    }

    @Test
    void showsNoControlCharacters() {
        // When
        leftOut.add("teacher\u001b[2J", 1, "line\nline");

        // Then
        assertThat(leftOut.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("teacher?[2J", "line?line"));
    }
}
