// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesTest {

    @Test
    void fitsAStraightLineThroughNoise() {
        // Given
        Random random = new Random(3);
        Series series = new Series();
        for (int second = 0; second <= 1200; second += 5) {
            series.add(second, 400 + 36.0 * second / 3600 + random.nextGaussian() * 2);
        }

        // When
        Series.Line line = series.line();

        // Then
        assertThat(line.perHour()).isCloseTo(36, within(6.0));
        assertThat(line.start()).isCloseTo(400, within(1.0));
        assertThat(line.end() - line.start()).isCloseTo(line.perHour() / 3, within(1e-6));
    }

    @Test
    void aFewReadingsThatAreFarOffDoNotTurnTheLine() {
        // Given
        Series series = new Series();
        for (int second = 0; second <= 1200; second += 5) {
            series.add(second, second > 1180 ? 0 : 59);
        }

        // When
        Series.Line line = series.line();

        // Then
        assertThat(line).isEqualTo(new Series.Line(59, 59, 0));
    }

    @Test
    void leavesOutWhatCameBefore() {
        // Given
        Series series = new Series();
        series.add(0, 100);
        series.add(10, 7);
        series.add(20, 7);

        // When
        Series.Line line = series.from(10).line();

        // Then
        assertThat(line).isEqualTo(new Series.Line(7, 7, 0));
        assertThat(series.largest()).isEqualTo(100);
    }

    @Test
    void aSingleReadingIsLevel() {
        // Given
        Series series = new Series();
        series.add(5, 3);

        // When
        Series.Line line = series.line();

        // Then
        assertThat(line).isEqualTo(new Series.Line(3, 3, 0));
    }
}
