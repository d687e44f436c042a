// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.text;

import java.util.Locale;

/** Text as a terminal may get it. */
public final class TerminalText {

    private static final int SHORT_DIGEST = 12;

    private TerminalText() {}

    /** Text of an unknown writer: on one line, with nothing that controls the terminal. */
    public static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
    }

    /** Formats alike in every locale. */
    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** The first characters of a digest, enough to tell it from others. */
    static String shortDigest(String digest) {
        return digest.substring(0, Math.min(SHORT_DIGEST, digest.length()));
    }
}
