// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.sample;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the payload of a sample is coded: the one list of content types for all who send, take or decode samples. Whoever takes a sample
 * looks at its content type; whoever sends a file looks at its first bytes.
 */
public enum SampleFormat {
    /** A PNG file. */
    PNG(List.of("image/png"), 0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a),
    /** A JPEG file; {@code image/jpg} is a common misnomer. */
    JPEG(List.of("image/jpeg", "image/jpg"), 0xff, 0xd8, 0xff),
    /** Plain values, with their type and shape as parameters. */
    TENSOR(List.of("application/x-tensor"));

    /** What is said of a content type that is none of these. */
    public static final String EXPECTED =
            "expected image/png, image/jpeg or application/x-tensor;dtype=uint8|float32;shape=C,H,W";

    private final List<String> mediaTypes;
    private final byte[] firstBytes;

    SampleFormat(List<String> mediaTypes, int... firstBytes) {
        this.mediaTypes = mediaTypes;
        this.firstBytes = new byte[firstBytes.length];
        for (int i = 0; i < firstBytes.length; i++) {
            this.firstBytes[i] = (byte) firstBytes[i];
        }
    }

    /** The format of a content type, whose parameters are not looked at; empty for one that is not read. */
    public static Optional<SampleFormat> ofContentType(String contentType) {
        String mediaType = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> format.mediaTypes.contains(mediaType))
                .findFirst();
    }

    /** The format of an image file; empty for one that is not read. */
    public static Optional<SampleFormat> ofFirstBytes(byte[] file) {
        return Arrays.stream(values()).filter(format -> format.begins(file)).findFirst();
    }

    /** The media type by which samples of this format are sent. */
    public String mediaType() {
        return mediaTypes.get(0);
    }

    private boolean begins(byte[] file) {
        int length = firstBytes.length;
        return length > 0 && file.length >= length && Arrays.equals(file, 0, length, firstBytes, 0, length);
    }
}
