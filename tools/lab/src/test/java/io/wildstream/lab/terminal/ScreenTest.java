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
    void continuesLinesThatWouldWrapBelowAndErasesThemWhole() {
        // Given
        Screen screen = new Screen(new PrintWriter(written), true, 40);

        // When
        screen.show(List.of("  student   dfnd step 300/1,200 trained 128 loss 1.250 accuracy 75.0 %"), "line");
        screen.show(List.of("x".repeat(70)), "line");
        screen.show(List.of(), "line");

        // Then
        assertThat(written.toString().replace(System.lineSeparator(), "\n"))
                .isEqualTo("  student   dfnd step 300/1,200 trained\n"
                        + "            128 loss 1.250 accuracy\n"
                        + "            75.0 %\n"
                        + "\u001b[3A\r\u001b[J"
                        + "x".repeat(39) + "\n"
                        + " ".repeat(12) + "x".repeat(27) + "\n"
                        + " ".repeat(12) + "x".repeat(4) + "\n"
                        + "\u001b[3A\r\u001b[J");
    }

    @Test
    void continuesALineThatStaysBelowWithWholeWords() {
        // Given
        Screen screen = new Screen(new PrintWriter(written), true, 40);
        String path = "/" + "x".repeat(60);

        // When
        screen.say("cluster     ready; gateway http://127.0.0.1:9750, token in " + path + " since now");
        screen.say("home        " + path);

        // Then
        assertThat(written.toString().lines())
                .containsExactly(
                        "cluster     ready; gateway",
                        "            http://127.0.0.1:9750,",
                        "            token in",
                        "            " + path,
                        "            since now",
                        "home        " + path);
    }

    @Test
    void keepsTheLastState() {
        // Given
        Screen terminal = new Screen(new PrintWriter(written), true, 80);
        terminal.show(List.of("one"), "line");

        // When
        terminal.keep(List.of("last"), "line");
        terminal.clear();
        Screen plain = new Screen(new PrintWriter(written), false, 80);
        plain.show(List.of("block"), "first");
        plain.keep(List.of("block"), "last line, however soon");

        // Then
        assertThat(written.toString().replace(System.lineSeparator(), "\n"))
                .isEqualTo("one\n\u001b[1A\r\u001b[Jlast\nfirst\nlast line, however soon\n");
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
