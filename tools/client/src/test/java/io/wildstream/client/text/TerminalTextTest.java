// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTextTest {

    @ParameterizedTest
    @CsvSource({"'\u001b[31mred',?[31mred", "'a\nb',a?b", "'\u202eevil',?evil", "'\u2028',?", "größe,größe", "'',''"})
    void nothingControlsTheTerminal(String text, String printable) {
        // Given // When // Then
        assertThat(TerminalText.printable(text)).isEqualTo(printable);
    }

    @Test
    void numbersAreTheSameInEveryLocale() {
        // Given
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);

        // When
        String text = TerminalText.text("%,d %.1f", 1234, 0.5);

        // Then
        Locale.setDefault(before);
        assertThat(text).isEqualTo("1,234 0.5");
    }

    @ParameterizedTest
    @CsvSource({"'',''", "abc,abc", "0123456789abcdef,0123456789ab"})
    void aDigestIsCut(String digest, String cut) {
        // Given // When // Then
        assertThat(TerminalText.shortDigest(digest)).isEqualTo(cut);
    }
}
