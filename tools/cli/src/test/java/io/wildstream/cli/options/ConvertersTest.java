// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.lab.data.mixture.WildMixture;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {

    @ParameterizedTest
    @CsvSource({"90s,PT90S", "10m,PT10M", "1h,PT1H", "1H30M,PT1H30M", "0.5s,PT0.5S"})
    void readsADuration(String value, Duration duration) {
        // Given // When // Then
        assertThat(new DurationConverter().convert(value)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "10", "10 m", "1d"})
    void refusesWhatIsNotADuration(String value) {
        // Given // When // Then
        assertThatThrownBy(() -> new DurationConverter().convert(value))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'" + value + "' is not a duration, for example 90s, 10m or 1h");
    }

    @Test
    void readsANumberOfImagesOrAll() {
        // Given
        ImageCountConverter converter = new ImageCountConverter();

        // When // Then
        assertThat(converter.convert("60000")).isEqualTo(60000);
        assertThat(converter.convert("all")).isEqualTo(WildMixture.ALL);
        assertThatThrownBy(() -> converter.convert("ALL")).hasMessage("'ALL' is neither a number nor 'all'");
    }

    @ParameterizedTest
    @CsvSource({"3-7,3,7", "12,12,12", "0-0,0,0"})
    void readsOffsets(String value, long first, long last) {
        // Given // When
        Offsets offsets = new OffsetsConverter().convert(value);

        // Then
        assertThat(offsets).isEqualTo(new Offsets(first, last));
        assertThat(offsets.contains(first)).isTrue();
        assertThat(offsets.contains(last)).isTrue();
        assertThat(offsets.contains(last + 1)).isFalse();
        assertThat(offsets.contains(first - 1)).isFalse();
    }

    @Test
    void allOffsetsAreAll() {
        // Given // When // Then
        assertThat(Offsets.ALL.contains(0)).isTrue();
        assertThat(Offsets.ALL.contains(Long.MAX_VALUE)).isTrue();
    }
}
