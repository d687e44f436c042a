// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.sample;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the payload of a sample is coded: the one list of content types for all who send, take or decode samples. Whoever takes a sample
 * looks at its content type; whoever sends a file looks at its first bytes.
 */
public enum SampleFormat {
    /** A PNG file; of an animated one the first picture counts. */
    PNG(List.of("image/png", "image/apng"), "\u0089PNG\r\n\u001a\n"),
    /** A JPEG file; {@code image/jpg} is a common misnomer. */
    JPEG(List.of("image/jpeg", "image/jpg"), "\u00ff\u00d8\u00ff"),
    /** A WebP file. */
    WEBP(List.of("image/webp"), "RIFF????WEBP"),
    /** A GIF file. */
    GIF(List.of("image/gif"), "GIF8?a"),
    /** A bitmap of Windows or OS/2: behind its first letters stand a size and two words that are 0. */
    BMP(List.of("image/bmp", "image/x-bmp", "image/x-ms-bmp"), "BM????\0\0\0\0"),
    /** A TIFF file. */
    TIFF(List.of("image/tiff"), "II*\0", "MM\0*"),
    /** Plain values, with their type and shape as parameters. */
    TENSOR(List.of("application/x-tensor"));

    /** What is said of a content type that is none of these. */
    public static final String EXPECTED =
            "expected image/png, image/jpeg, image/webp, image/gif, image/bmp, image/tiff or"
                    + " application/x-tensor;dtype=" + TensorType.NAMES + ";shape=C,H,W or any other sizes";

    /** So many first bytes tell the format of an image file. */
    public static final int FIRST_BYTES = 12;

    private static final byte ANY = '?';

    private final List<String> mediaTypes;
    /** What files of the format begin with; a question mark for any byte. */
    private final List<byte[]> beginnings;

    SampleFormat(List<String> mediaTypes, String... beginnings) {
        this.mediaTypes = mediaTypes;
        this.beginnings = Arrays.stream(beginnings)
                .map(beginning -> beginning.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
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
        return beginnings.stream().anyMatch(beginning -> begins(file, beginning));
    }

    private static boolean begins(byte[] file, byte[] beginning) {
        if (file.length < beginning.length) {
            return false;
        }
        for (int i = 0; i < beginning.length; i++) {
            if (beginning[i] != ANY && beginning[i] != file[i]) {
                return false;
            }
        }
        return true;
    }
}
