// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.feed;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Says by its first bytes what a file is that is of no format that is read. */
enum FileKind {
    HEIF("AVIF or HEIC image", ".{4}ftyp(avif|avis|heic|heix|mif1|msf1|hevc)"),
    JPEG_XL("JPEG XL image", "\u00ff\n|\0{3}\fJXL "),
    JPEG_2000("JPEG 2000 image", "\0{3}\fjP  |\u00ffO\u00ffQ"),
    NETPBM("Netpbm image", "P[1-7]\\s"),
    ARCHIVE("archive", "PK\u0003\u0004|\u001f\u008b|\u00fd7zXZ|7z\u00bc\u00af|BZh");

    private static final int LOOKED_AT = 32;

    private final String text;
    private final Pattern firstBytes;

    FileKind(String text, String firstBytes) {
        this.text = text;
        this.firstBytes = Pattern.compile(firstBytes, Pattern.DOTALL);
    }

    /** In words. */
    static String of(byte[] file) {
        if (file.length == 0) {
            return "empty file";
        }
        String head = new String(file, 0, Math.min(file.length, LOOKED_AT), StandardCharsets.ISO_8859_1);
        for (FileKind kind : values()) {
            if (kind.firstBytes.matcher(head).lookingAt()) {
                return kind.text;
            }
        }
        return "no image";
    }
}
