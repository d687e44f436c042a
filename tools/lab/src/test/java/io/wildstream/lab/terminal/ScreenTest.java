// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {

    private final StringWriter written = new StringWriter();

    @Test
    void drawsTheBlockAgainInItsPlaceOnATerminal() {
        // Given
        Screen screen = new Screen(new PrintWriter(written), true, 80);
        screen.show(List.of("one", "two"), "line");

        // When
        screen.show(List.of("three", "four"), "line");

        // Then
        assertThat(written.toString().replace(System.lineSeparator(), "\n"))
                .isEqualTo("one\ntwo\n\u001b[2A\r\u001b[Jthree\nfour\n");
    }

    @Test
    void cutsLinesThatWouldWrap() {
        // Given
        Screen screen = new Screen(new PrintWriter(written), true, 20);

        // When
        screen.show(List.of("0123456789012345678901234567"), "line");

        // Then
        assertThat(written.toString().strip()).isEqualTo("0123456789012345678");
    }

    @Test
    void writesPlainLinesNowAndThenElsewhere() {
        // Given
        Screen screen = new Screen(new PrintWriter(written), false, 80);

        // When
        screen.show(List.of("block"), "first");
        screen.show(List.of("block"), "too soon after it");
        screen.say("stays");

        // Then
        assertThat(written.toString().lines()).containsExactly("first", "stays");
    }
}
