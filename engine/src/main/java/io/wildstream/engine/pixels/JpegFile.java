// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.engine.codec.Exif;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The structure of a JPEG file, read marker by marker as libjpeg does, without decoding anything: its size, what its components mean and
 * what decoding it costs.
 */
final class JpegFile {

    /** What the components are, as libjpeg decides it by the markers before the first scan. */
    enum Colours {
        GRAY,
        YCC,
        RGB,
        CMYK,
        YCCK,
        UNKNOWN
    }

    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    private static final int TEM = 0x01;
    private static final int COM = 0xFE;
    private static final int APP0 = 0xE0;
    private static final int APP1 = 0xE1;
    private static final int APP14 = 0xEE;
    private static final int APP15 = 0xEF;
    private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
    private static final int JFIF_LENGTH = 14;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] XMP = "http://ns.adobe.com/xap/1.0/\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);
    private static final int ADOBE_LENGTH = 12;
    private static final int FRAME_LENGTH = 6;
    private static final byte[] ASCII_RGB = {'R', 'G', 'B'};
    private static final byte[] ONE_TWO_THREE = {1, 2, 3};

    private final byte[] file;
    private final ByteArrayOutputStream bare;
    private int position;
    private int width;
    private int height;
    private byte[] components = {};
    /** Of each component: how many of its columns (upper four bits) and rows (lower four) there are in a unit. */
    private byte[] samplings = {};

    private boolean jfif;
    /** Of the Adobe marker; -1 without one. */
    private int transform = -1;

    /** The contents of all Exif segments, one after the other: the data of one may go on in the next. */
    private final ByteArrayOutputStream exif = new ByteArrayOutputStream();

    private byte @Nullable [] xmp;
    private int scans;
    private long scanBytes;

    private JpegFile(byte[] file) {
        this.file = file;
        this.bare = new ByteArrayOutputStream(file.length);
    }

    /** Reads the structure of a file up to its end marker or its last byte. */
    static JpegFile of(byte[] file) throws InvalidSampleException {
        if (file.length < 4 || (file[0] & 0xFF) != 0xFF || (file[1] & 0xFF) != SOI) {
            throw undecodable("the file does not begin as a JPEG file does");
        }
        JpegFile jpeg = new JpegFile(file);
        jpeg.bare.write(file, 0, 2);
        jpeg.position = 2;
        while (jpeg.takeSegment()) {}
        if (jpeg.components.length == 0 || jpeg.scans == 0) {
            throw undecodable("the file has no image");
        }
        return jpeg;
    }

    /** Takes what stands between two markers; false at the end. */
    private boolean takeSegment() throws InvalidSampleException {
        int start = position;
        int marker = nextMarker();
        if (marker < 0 || marker == EOI) {
            bare.write(file, start, position - start);
            return false;
        }
        if (hasNoLength(marker)) {
            bare.write(file, start, position - start);
            return true;
        }
        int body = position + 2;
        int end = position + length();
        if (end > file.length) {
            throw undecodable("the file ends within a segment");
        }
        position = end;
        examine(marker, Arrays.copyOfRange(file, body, end));
        if (marker == SOS) {
            scans++;
            skipScan();
            scanBytes += position - end;
        }
        if (!isForPeople(marker)) {
            bare.write(file, start, position - start);
        }
        return true;
    }

    private int nextMarker() {
        while (true) {
            while (position < file.length && (file[position] & 0xFF) != 0xFF) {
                position++;
            }
            while (position < file.length && (file[position] & 0xFF) == 0xFF) {
                position++;
            }
            if (position >= file.length) {
                return -1;
            }
            int marker = file[position++] & 0xFF;
            if (marker != 0) {
                return marker;
            }
        }
    }

    private static boolean hasNoLength(int marker) {
        return marker == TEM || isRestart(marker) || marker == SOI;
    }

    private static boolean isRestart(int marker) {
        return marker >= 0xD0 && marker <= 0xD7;
    }

    /** Comments and application segments: profiles, thumbnails, cameras. Colour markers among them are looked at here once. */
    private static boolean isForPeople(int marker) {
        return marker == COM || (marker >= APP0 && marker <= APP15);
    }

    private int length() throws InvalidSampleException {
        if (position + 2 > file.length) {
            throw undecodable("the file ends within a segment");
        }
        int length = unsigned16(file, position);
        if (length < 2) {
            throw undecodable("a segment has length " + length);
        }
        return length;
    }

    private void examine(int marker, byte[] body) throws InvalidSampleException {
        if (scans > 0) {
            return;
        }
        if (marker == APP0) {
            jfif |= body.length >= JFIF_LENGTH && startsWith(body, JFIF);
        } else if (marker == APP1 && startsWith(body, EXIF)) {
            exif.write(body, EXIF.length, body.length - EXIF.length);
        } else if (marker == APP1 && startsWith(body, XMP)) {
            xmp = body;
        } else if (marker == APP14 && body.length >= ADOBE_LENGTH && startsWith(body, ADOBE)) {
            transform = body[ADOBE_LENGTH - 1] & 0xFF;
        } else if (isFrame(marker)) {
            takeFrame(body);
        }
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private void takeFrame(byte[] body) throws InvalidSampleException {
        if (body.length < FRAME_LENGTH || body.length < FRAME_LENGTH + 3 * (body[FRAME_LENGTH - 1] & 0xFF)) {
            throw undecodable("the frame's header is too short");
        }
        height = unsigned16(body, 1);
        width = unsigned16(body, 3);
        components = new byte[body[FRAME_LENGTH - 1] & 0xFF];
        samplings = new byte[components.length];
        for (int i = 0; i < components.length; i++) {
            components[i] = body[FRAME_LENGTH + 3 * i];
            samplings[i] = body[FRAME_LENGTH + 3 * i + 1];
        }
    }

    /** Moves to the marker that ends a scan. */
    private void skipScan() {
        while (position < file.length) {
            if ((file[position] & 0xFF) != 0xFF) {
                position++;
                continue;
            }
            int next = position + 1 < file.length ? file[position + 1] & 0xFF : 0;
            if (next != 0 && next != 0xFF && !isRestart(next)) {
                return;
            }
            position += next == 0xFF ? 1 : 2;
        }
        position = file.length;
    }

    /** What the components are: libjpeg's rules. */
    Colours colours() {
        return switch (components.length) {
            case 1 -> Colours.GRAY;
            case 3 -> threeComponents();
            case 4 -> transform < 0 || transform == 0 ? Colours.CMYK : Colours.YCCK;
            default -> Colours.UNKNOWN;
        };
    }

    private Colours threeComponents() {
        if (jfif) {
            return Colours.YCC;
        }
        if (transform >= 0) {
            return transform == 0 ? Colours.RGB : Colours.YCC;
        }
        if (Arrays.equals(components, ONE_TWO_THREE)) {
            return Colours.YCC;
        }
        return Arrays.equals(components, ASCII_RGB) ? Colours.RGB : Colours.YCC;
    }

    /** Pixels of a row. */
    int width() {
        return width;
    }

    /** Rows. */
    int height() {
        return height;
    }

    /** Number of components. */
    int componentCount() {
        return components.length;
    }

    /** Whether a component has all columns of the picture and half of its rows. */
    boolean hasHalfTheRows(int component) {
        int columns = 0;
        int rows = 0;
        for (byte sampling : samplings) {
            columns = Math.max(columns, sampling >> 4 & 15);
            rows = Math.max(rows, sampling & 15);
        }
        return (samplings[component] >> 4 & 15) == columns && 2 * (samplings[component] & 15) == rows;
    }

    /** How the picture lies, as its Exif data numbers it: 1 to 8. */
    int orientation() {
        return Exif.orientation(exif.size() == 0 ? null : exif.toByteArray(), xmp);
    }

    /** Passes over the image. */
    int scans() {
        return scans;
    }

    /** Bytes of compressed pixels in all scans. */
    long scanBytes() {
        return scanBytes;
    }

    /** The file without anything from which a codec could form an opinion of its own about colours. */
    byte[] withoutMetadata() {
        return bare.toByteArray();
    }

    private static boolean startsWith(byte[] body, byte[] prefix) {
        return body.length >= prefix.length && Arrays.equals(body, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static int unsigned16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }

    private static InvalidSampleException undecodable(String what) {
        return new InvalidSampleException(Reason.UNDECODABLE, "jpeg: " + what);
    }
}
