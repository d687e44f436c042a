// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The formats of image files, told apart by their first bytes. */
public enum ImageFormat {
    /** Portable Network Graphics, animated ones included. */
    PNG("\u0089PNG\r\n\u001a\n"),
    /** JPEG. */
    JPEG("\u00ff\u00d8\u00ff"),
    /** WebP. */
    WEBP("RIFF....WEBP"),
    /** Graphics Interchange Format. */
    GIF("GIF8.a"),
    /** Windows' bitmap. */
    BMP("BM"),
    /** Tagged Image File Format, little-endian. */
    TIFF("II*\0"),
    /** Tagged Image File Format, big-endian. */
    TIFF_BIG_ENDIAN("MM\0*");

    /** What all formats begin with; a dot for any byte. */
    private final byte[] pattern;

    ImageFormat(String pattern) {
        this.pattern = pattern.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The format of a file; empty when it is none of these. */
    public static Optional<ImageFormat> of(byte[] file) {
        return Arrays.stream(values()).filter(format -> format.begins(file)).findFirst();
    }

    private boolean begins(byte[] file) {
        for (int i = 0; i < pattern.length; i++) {
            if (i >= file.length || (pattern[i] != '.' && pattern[i] != file[i])) {
                return false;
            }
        }
        return true;
    }

    /** As messages name it. */
    public String text() {
        return this == TIFF_BIG_ENDIAN ? "tiff" : name().toLowerCase(Locale.ROOT);
    }
}
