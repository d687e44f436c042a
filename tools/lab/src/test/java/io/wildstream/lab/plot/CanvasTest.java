// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CanvasTest {
    @Test
    void everyPrintableCharacterHasItsOwnShape() {
        // Given
        Map<Integer, Character> shapes = new HashMap<>();

        // When
        for (char letter = '!'; letter <= '~'; letter++) {
            Character twin = shapes.put(drawn(String.valueOf(letter)), letter);
            assertThat(twin).as("twin of %s", letter).isNull();
        }

        // Then
        assertThat(drawn("\u00e9")).as("unknown characters").isEqualTo(drawn("?"));
    }

    @Test
    void shortensTextThatDoesNotFit() {
        assertThat(Canvas.fitting("ankle boot", 2, 1000)).isEqualTo("ankle boot");
        String shortened = Canvas.fitting("a very long class name", 2, 100);
        assertThat(shortened).startsWith("a very").endsWith("..");
        assertThat(Canvas.textWidth(shortened, 2)).isLessThanOrEqualTo(100);
        assertThat(Canvas.fitting("", 2, 10)).isEmpty();
    }

    private static int drawn(String text) {
        try (Canvas canvas = new Canvas(24, 30)) {
            canvas.text(text, 3, 2, 14, Canvas.Align.LEFT, Palette.INK);
            return Arrays.hashCode(canvas.image().getRGB(0, 0, 24, 30, null, 0, 24));
        }
    }
}
