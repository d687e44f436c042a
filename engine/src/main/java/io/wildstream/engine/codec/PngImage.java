// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A PNG file, of an animated one its first picture. Gray of 16 bits and colour of 16 bits lose the lower eight, transparency is left out.
 */
public final class PngImage implements ImageFile {

    private static final int SIGNATURE = 8;
    private static final int CHUNK = 12;
    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504C5445;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final int EXIF = 0x65584966;
    private static final int TEXT = 0x69545874;
    /** Keyword of a text that is XMP data, the zero behind it, and that of a text which is not compressed. */
    private static final byte[] XMP = "XML:com.adobe.xmp\0\0".getBytes(StandardCharsets.US_ASCII);
    /** Samples of a pixel by colour type; 0 for what there is not. */
    private static final int[] SAMPLES = {1, 0, 3, 1, 2, 0, 4};

    private static final int PALETTE = 3;
    /** First row, first column, step of rows, step of columns of each pass. */
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {0, 4, 8, 8}, {4, 0, 8, 4}, {0, 2, 4, 4}, {2, 0, 4, 2}, {0, 1, 2, 2}, {1, 0, 2, 1}
    };

    private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

    private final byte[] file;
    private final Bytes bytes;
    private final List<int[]> data = new ArrayList<>();
    private int width;
    private int height;
    private int bits;
    private int type;
    private boolean interlaced;
    private int parts;
    private long codedBytes;
    private byte @Nullable [] exif;
    private byte @Nullable [] xmp;
    private @Nullable Palette palette;

    private PngImage(byte[] file) {
        this.file = file;
        this.bytes = new Bytes(file, true);
    }

    /** Reads the structure. */
    public static PngImage of(byte[] file) throws IOException {
        PngImage image = new PngImage(file);
        long at = SIGNATURE;
        while (at + SIGNATURE <= file.length && image.takeChunk(at)) {
            at += CHUNK + image.bytes.u32(at);
        }
        if (image.width == 0) {
            throw new IOException("the header is missing");
        }
        return image;
    }

    /** False behind the last chunk that can be read. */
    private boolean takeChunk(long at) throws IOException {
        long length = bytes.u32(at);
        int name = (int) bytes.u32(at + 4);
        int body = (int) at + 8;
        parts++;
        if (at == SIGNATURE) {
            takeHeader(name, body);
        }
        if (name == IDAT) {
            // A chunk that the file ends in is read as far as it is there.
            int there = (int) Math.min(length, file.length - body);
            data.add(new int[] {body, there});
            codedBytes += there;
        }
        if (name == IEND || body + length + 4 > file.length) {
            return false;
        }
        if (name == PLTE) {
            palette = Palette.of(file, body, (int) length / 3);
        } else if (name == EXIF) {
            exif = Arrays.copyOfRange(file, body, body + (int) length);
        } else if (name == TEXT && isXmp(body, (int) length)) {
            xmp = Arrays.copyOfRange(file, body, body + (int) length);
        }
        return true;
    }

    private boolean isXmp(int body, int length) {
        return length >= XMP.length && Arrays.equals(file, body, body + XMP.length, XMP, 0, XMP.length);
    }

    private void takeHeader(int name, int body) throws IOException {
        if (name != IHDR) {
            throw new IOException("the header is missing");
        }
        long w = bytes.u32(body);
        long h = bytes.u32(body + 4);
        bits = bytes.u8(body + 8);
        type = bytes.u8(body + 9);
        interlaced = bytes.u8(body + 12) == 1;
        boolean known = type < SAMPLES.length && SAMPLES[type] > 0 && isDepth();
        if (!known) {
            throw new IOException("there is no colour type " + type + " of " + bits + " bits");
        }
        if (w < 1 || h < 1 || w > Integer.MAX_VALUE || h > Integer.MAX_VALUE) {
            throw new IOException("the header says " + w + " x " + h + " pixels");
        }
        if (bytes.u8(body + 10) != 0 || bytes.u8(body + 11) != 0 || bytes.u8(body + 12) > 1) {
            throw new IOException("the header names a compression, filter or interlacing that there is not");
        }
        width = (int) w;
        height = (int) h;
    }

    private boolean isDepth() {
        return switch (bits) {
            case 8 -> true;
            case 16 -> type != PALETTE;
            case 1, 2, 4 -> type == 0 || type == PALETTE;
            default -> false;
        };
    }

    @Override
    public Structure structure() {
        return new Structure(height, width, Exif.orientation(exif, xmp), parts, codedBytes);
    }

    @Override
    public Picture decode(BooleanSupplier timeIsOver) throws IOException {
        if (data.isEmpty()) {
            throw new IOException("the file has no pixels");
        }
        if (type == PALETTE && palette == null) {
            throw new IOException("the palette is missing");
        }
        int channels = type == 2 || type == 6 ? 3 : 1;
        byte[] pixels = new byte[Math.multiplyExact(channels, Math.multiplyExact(height, width))];
        Inflater inflater = new Inflater();
        try {
            Rows rows = new Rows(inflater, new Watch(timeIsOver));
            for (int[] pass : interlaced ? ADAM7 : ONE_PASS) {
                int passWidth = Math.max(0, (width - pass[1] + pass[3] - 1) / pass[3]);
                if (passWidth > 0) {
                    rows.begin(passWidth);
                    for (int y = pass[0]; y < height; y += pass[2]) {
                        store(rows.next(), pixels, y * width + pass[1], pass[3], passWidth);
                    }
                }
            }
        } catch (DataFormatException e) {
            throw new IOException("the compressed pixels are damaged", e);
        } finally {
            inflater.end();
        }
        return palette != null && type == PALETTE
                ? palette.picture(height, width, pixels)
                : new Picture(channels, height, width, pixels);
    }

    private void store(byte[] row, byte[] pixels, int start, int step, int count) {
        int plane = height * width;
        int samples = SAMPLES[type];
        if (bits < 8) {
            // Numbers of colours stay as they are, grays are spread over all levels.
            int factor = type == PALETTE ? 1 : 255 / ((1 << bits) - 1);
            int perByte = 8 / bits;
            for (int i = 0; i < count; i++) {
                int shift = 8 - bits * (i % perByte + 1);
                pixels[start + i * step] = (byte) ((row[i / perByte] >> shift & (1 << bits) - 1) * factor);
            }
            return;
        }
        int size = bits / 8;
        for (int channel = 0; channel < Math.min(samples, samples < 3 ? 1 : 3); channel++) {
            int to = channel * plane + start;
            int from = channel * size;
            for (int i = 0; i < count; i++) {
                pixels[to + i * step] = row[from + i * samples * size];
            }
        }
    }

    /** The rows of a pass, one after the other, with their filters undone. */
    private final class Rows {

        private final Inflater inflater;
        private final Watch watch;
        private int nextData;
        private byte[] row = {};
        private byte[] above = {};
        private final int step = Math.max(1, SAMPLES[type] * bits / 8);
        private final byte[] filter = new byte[1];

        private Rows(Inflater inflater, Watch watch) {
            this.inflater = inflater;
            this.watch = watch;
        }

        private void begin(int columns) {
            int length = (int) (((long) columns * SAMPLES[type] * bits + 7) / 8);
            row = new byte[length];
            above = new byte[length];
        }

        private byte[] next() throws IOException, DataFormatException {
            byte[] last = above;
            above = row;
            row = last;
            fill(filter);
            fill(row);
            watch.worked(row.length + 1);
            unfilter();
            return row;
        }

        private void fill(byte[] target) throws IOException, DataFormatException {
            int got = 0;
            while (got < target.length) {
                int more = inflater.inflate(target, got, target.length - got);
                got += more;
                if (more == 0) {
                    if (inflater.finished() || inflater.needsDictionary() || nextData == data.size()) {
                        throw new IOException("the file ends within its pixels");
                    }
                    int[] piece = data.get(nextData++);
                    inflater.setInput(file, piece[0], piece[1]);
                }
            }
        }

        private void unfilter() throws IOException {
            switch (filter[0]) {
                case 0 -> {}
                case 1 -> {
                    for (int i = step; i < row.length; i++) {
                        row[i] += row[i - step];
                    }
                }
                case 2 -> {
                    for (int i = 0; i < row.length; i++) {
                        row[i] += above[i];
                    }
                }
                case 3 -> {
                    for (int i = 0; i < row.length; i++) {
                        int left = i < step ? 0 : row[i - step] & 0xFF;
                        row[i] += (byte) ((left + (above[i] & 0xFF)) >> 1);
                    }
                }
                case 4 -> {
                    for (int i = 0; i < row.length; i++) {
                        int left = i < step ? 0 : row[i - step] & 0xFF;
                        int corner = i < step ? 0 : above[i - step] & 0xFF;
                        row[i] += (byte) paeth(left, above[i] & 0xFF, corner);
                    }
                }
                default -> throw new IOException("there is no filter " + (filter[0] & 0xFF));
            }
        }

        private static int paeth(int left, int up, int corner) {
            int toLeft = Math.abs(up - corner);
            int toUp = Math.abs(left - corner);
            int toCorner = Math.abs(left + up - 2 * corner);
            if (toLeft <= toUp && toLeft <= toCorner) {
                return left;
            }
            return toUp <= toCorner ? up : corner;
        }
    }
}
