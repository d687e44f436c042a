// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntervalPlotTest {

    @TempDir
    Path directory;

    @Test
    void growsWithItsRows() {
        // Given
        IntervalPlot plot = new IntervalPlot("Accuracy", "accuracy, %").row("ce", 60, 2);
        int one = plot.image().getHeight();

        // When
        plot.row("kd", 70, 1).row("kd-fn", 71, 0);

        // Then
        assertThat(plot.image().getHeight()).isEqualTo(one + 80);
        assertThat(plot.image().getWidth()).isEqualTo(1400);
    }

    @Test
    void withoutRowsOrWithOneValueIsDrawnToo() {
        // When
        BufferedImage empty = new IntervalPlot("Nothing yet", "accuracy, %").image();
        BufferedImage single =
                new IntervalPlot("One", "accuracy, %").row("ce", 60, 0).image();

        // Then
        assertThat(empty.getHeight()).isEqualTo(single.getHeight());
    }

    @Test
    void isWrittenAsAPicture() throws IOException {
        // Given
        Path file = directory.resolve("deep/plot.png");

        // When
        new IntervalPlot("Accuracy", "accuracy, %").row("ce", 60, 2).write(file);

        // Then
        assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(1400);
    }
}
