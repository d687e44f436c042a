// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaletteTest {

    @Test
    void hasALineColourForEveryNumber() {
        // When
        Color first = Palette.line(0);

        // Then
        assertThat(Palette.line(1)).isNotEqualTo(first);
        assertThat(IntStream.range(1, 100).mapToObj(Palette::line)).contains(first);
    }

    @Test
    void getsDarkerAlongTheScaleAndKeepsItsTextLegible() {
        // When // Then
        for (int i = 0; i < 10; i++) {
            assertThat(brightness(Palette.scale((i + 1) / 10.0))).isLessThan(brightness(Palette.scale(i / 10.0)));
        }
        for (double share : new double[] {0, 0.3, 0.7, 1}) {
            int contrast = Math.abs(brightness(Palette.scale(share)) - brightness(Palette.inkOn(share)));
            assertThat(contrast).as("contrast at %s", share).isGreaterThan(200);
        }
    }

    private static int brightness(Color colour) {
        return colour.getRed() + colour.getGreen() + colour.getBlue();
    }
}
