// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Pixels;
import io.wildstream.lab.data.procedural.ProceduralImages;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesTest {
    @TempDir
    Path directory;

    @Test
    void galleryFramesEachSampleByItsDomain() throws IOException {
        // Given
        Images images = ProceduralImages.objects(1, 30, 1).trainOrOnly();
        List<Gallery.Tile> kept = IntStream.range(0, 20)
                .mapToObj(i -> new Gallery.Tile(images.pixels(i), "class " + i, i * 0.001, true))
                .toList();
        Pixels colour = new Pixels(new ImageShape(3, 1, 1), new byte[] {(byte) 250, 10, 20});
        Path file = directory.resolve("pictures/gallery.png");

        // When
        new Gallery("Samples")
                .section("kept", kept)
                .section("rejected", List.of(new Gallery.Tile(colour, "a very long name of a class", 1e-7, false)))
                .section("empty", List.of())
                .write(file);

        // Then
        BufferedImage picture = ImageIO.read(file.toFile());
        assertThat(picture.getWidth()).isEqualTo(1506);
        assertThat(picture.getHeight()).isGreaterThan(800);
        long green = count(picture, Palette.IN_DOMAIN);
        long orange = count(picture, Palette.OUT_OF_DOMAIN);
        assertThat(green).isGreaterThan(18 * orange / 2).isGreaterThan(20_000);
        assertThat(count(picture, new Color(250, 10, 20))).isEqualTo(96 * 96);
    }

    @Test
    void linePlotDrawsEachCurveInItsOwnColourAndTheLegend() throws IOException {
        // Given
        List<Double> x = IntStream.range(0, 50).mapToObj(i -> i * 20.0).toList();
        List<Double> rising =
                x.stream().map(value -> 90 * (1 - Math.exp(-value / 200))).toList();
        List<Double> lower =
                x.stream().map(value -> 70 * (1 - Math.exp(-value / 200))).toList();
        Path file = directory.resolve("plot.png");

        // When
        new LinePlot("Accuracy", "step", "accuracy, %")
                .curve("balanced", x, rising)
                .curve("random", x, lower)
                .level("teacher", 92)
                .write(file);

        // Then
        BufferedImage picture = ImageIO.read(file.toFile());
        assertThat(picture.getWidth()).isEqualTo(1400);
        assertThat(picture.getHeight()).isEqualTo(840);
        assertThat(count(picture, Palette.line(0))).isGreaterThan(2000);
        assertThat(count(picture, Palette.line(1))).isGreaterThan(2000);
        assertThat(firstRow(picture, Palette.line(0), 200)).isLessThan(firstRow(picture, Palette.line(1), 200));
    }

    @Test
    void linePlotStandsOddInput() {
        // Given
        LinePlot plot = new LinePlot("Nothing yet", "x", "y")
                .curve("empty", List.of(), List.of())
                .curve("gaps", List.of(0.0, 1.0, 2.0), List.of(1.0, Double.NaN, Double.POSITIVE_INFINITY));
        for (int i = 0; i < 20; i++) {
            plot.curve("a curve with a rather long name " + i, List.of(5.0), List.of(1.0));
        }

        // When
        BufferedImage picture = plot.image();

        // Then
        assertThat(picture.getHeight()).as("a long legend makes it higher").isGreaterThan(840);
        assertThatThrownBy(() -> plot.curve("uneven", List.of(1.0), List.of()))
                .hasMessageContaining("has 1 x and 0 y values");
    }

    @Test
    void heatMapColoursCellsByTheirValue() throws IOException {
        // Given
        double[][] values = {{0.9, 0.1, 0}, {0.0003, 0.9, 0.005}, {0, 0.1, 0.9}};
        Path file = directory.resolve("heat.png");

        // When
        new HeatMap("Q", "true class", "named class", List.of("cat", "dog", "horse"), values).write(file);

        // Then
        BufferedImage picture = ImageIO.read(file.toFile());
        assertThat(picture.getWidth()).isGreaterThan(1000);
        assertThat(count(picture, Palette.scale(1))).isGreaterThan(3 * 200 * 200);
        assertThat(count(picture, Palette.scale(Math.sqrt(0.1 / 0.9)))).isGreaterThan(2 * 200 * 200);
    }

    @Test
    void heatMapOfManyClassesOrZerosIsDrawnToo() {
        // Given
        List<String> names = IntStream.range(0, 100).mapToObj(i -> "class " + i).toList();
        double[][] values = new double[100][100];

        // When
        BufferedImage picture = new HeatMap("Q", "rows", "columns", names, values).image();

        // Then
        assertThat(count(picture, Palette.scale(0))).isGreaterThan(500_000);
    }

    @Test
    void heatMapRefusesWhatIsNoMatrixOfClasses() {
        List<String> names = List.of("a", "b");

        assertThatThrownBy(() -> new HeatMap("", "", "", names, new double[][] {{1, 2}}))
                .hasMessageContaining("needs as many rows and columns");
        assertThatThrownBy(() -> new HeatMap("", "", "", names, new double[][] {{1, 2}, {3, -1}}))
                .hasMessageContaining("not -1.0");
    }

    private static long count(BufferedImage picture, Color colour) {
        int[] pixels = picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
        return IntStream.of(pixels).filter(pixel -> pixel == colour.getRGB()).count();
    }

    private static int firstRow(BufferedImage picture, Color colour, int from) {
        for (int y = from; y < picture.getHeight(); y++) {
            for (int x = 200; x < 900; x++) {
                if (picture.getRGB(x, y) == colour.getRGB()) {
                    return y;
                }
            }
        }
        return picture.getHeight();
    }
}
