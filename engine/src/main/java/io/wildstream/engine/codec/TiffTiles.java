// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The strips or tiles of a TIFF picture, unpacked one at a time. */
final class TiffTiles {

    private static final int PLAIN = 1;
    private static final int LZW = 5;
    private static final int DEFLATE = 8;
    private static final int OLD_DEFLATE = 32946;
    private static final int PACK_BITS = 32773;
    /** All tiles together may be larger than the picture: four times, and for a small one by so many pixels. */
    private static final long MOST_BEYOND = 1L << 22;
    /** Bytes of one unpacked tile: 16 million pixels of three samples of 16 bits. */
    private static final long MOST_BYTES = 100_000_000;

    private final byte[] file;
    private final boolean bigEndian;
    private final TiffDirectory directory;
    private final int bits;
    private final int samples;
    private final boolean tiled;
    private final int width;
    private final int height;
    private final int compression;
    private final boolean differences;
    private final boolean reversed;
    private final int across;
    private final int down;
    private final int rowBytes;

    /** @param samples of a pixel within one tile */
    TiffTiles(byte[] file, boolean bigEndian, TiffDirectory directory, int bits, int samples) throws IOException {
        this.file = file;
        this.bigEndian = bigEndian;
        this.directory = directory;
        this.bits = bits;
        this.samples = samples;
        long pictureWidth = directory.value(TiffDirectory.WIDTH, 1L);
        long pictureHeight = directory.value(TiffDirectory.HEIGHT, 1L);
        this.tiled = directory.has(TiffDirectory.TILE_OFFSETS);
        this.width = side(tiled ? directory.value(TiffDirectory.TILE_WIDTH, 0L) : pictureWidth);
        this.height = side(
                tiled
                        ? directory.value(TiffDirectory.TILE_HEIGHT, 0L)
                        : Math.min(pictureHeight, directory.value(TiffDirectory.ROWS_PER_STRIP, pictureHeight)));
        this.compression = (int) directory.value(TiffDirectory.COMPRESSION, 1L);
        this.reversed = directory.value(TiffDirectory.FILL_ORDER, 1L) == 2;
        long predictor = directory.value(TiffDirectory.PREDICTOR, 1L);
        this.differences = predictor == 2 && compression != PLAIN && compression != PACK_BITS;
        switch (compression) {
            case PLAIN, LZW, DEFLATE, OLD_DEFLATE, PACK_BITS -> {}
            default ->
                throw new IOException("compression " + compression + nameOf(compression)
                        + " is not read; save the picture with LZW, deflate or none");
        }
        if (predictor != 1 && predictor != 2 || (differences && bits < 8)) {
            throw new IOException("predictor " + predictor + " is not read");
        }
        this.across = (int) ((pictureWidth + width - 1) / width);
        this.down = (int) ((pictureHeight + height - 1) / height);
        if (Math.multiplyExact((long) across * width, (long) down * height)
                > 4 * Math.multiplyExact(pictureWidth, pictureHeight) + MOST_BEYOND) {
            throw new IOException("a tile has " + width + " x " + height + " pixels, the picture " + pictureWidth
                    + " x " + pictureHeight);
        }
        long bytesOfRow = ((long) width * samples * bits + 7) / 8;
        long bytesOfTile = Math.multiplyExact(bytesOfRow, Math.min(height, pictureHeight));
        if (bytesOfTile > MOST_BYTES) {
            throw new IOException((tiled ? "a tile" : "a strip") + " of " + bytesOfTile + " bytes is not read, at most "
                    + MOST_BYTES + " are; save the picture in smaller strips");
        }
        this.rowBytes = (int) bytesOfRow;
    }

    private static String nameOf(int compression) {
        return switch (compression) {
            case 2, 3, 4 -> " (fax)";
            case 6, 7 -> " (JPEG)";
            case 34_925 -> " (LZMA)";
            case 50_000 -> " (Zstandard)";
            case 50_001 -> " (WebP)";
            default -> "";
        };
    }

    private static int side(long side) throws IOException {
        if (side < 1 || side > Integer.MAX_VALUE) {
            throw new IOException("a tile's side has " + side + " pixels");
        }
        return (int) side;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    int rowBytes() {
        return rowBytes;
    }

    /** Number of strips or tiles that the file names. */
    int count() {
        try {
            return directory.count(tiled ? TiffDirectory.TILE_OFFSETS : TiffDirectory.STRIP_OFFSETS);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Bytes of all that are compressed. */
    long codedBytes() {
        if (compression == PLAIN) {
            return 0;
        }
        long sum = 0;
        try {
            for (int i = 0; i < count(); i++) {
                sum += stated(i);
            }
        } catch (IOException e) {
            return file.length;
        }
        return sum;
    }

    /**
     * Unpacks a strip or tile.
     *
     * @param rows how many of its rows are needed
     */
    byte[] read(int plane, int top, int left, int rows, Watch watch) throws IOException {
        int index = (plane * down + top / height) * across + left / width;
        long offset = offset(index);
        if (offset > file.length) {
            throw Bytes.ends();
        }
        long length = Math.min(stated(index), file.length - offset);
        byte[] target = new byte[Math.multiplyExact(rowBytes, rows)];
        byte[] source = file;
        int from = (int) offset;
        if (reversed) {
            source = reverse(from, (int) (compression == PLAIN ? Math.min(length, target.length) : length));
            watch.worked(source.length);
            from = 0;
        }
        watch.worked(target.length);
        switch (compression) {
            case PLAIN -> {
                if (length < target.length) {
                    throw Bytes.ends();
                }
                System.arraycopy(source, from, target, 0, target.length);
            }
            case LZW -> new TiffLzw(source, from, from + (int) length).readInto(target, watch);
            case PACK_BITS -> unpack(source, from, from + (int) length, target, watch);
            default -> inflate(source, from, (int) length, target);
        }
        if (differences) {
            add(target, rows);
        }
        return target;
    }

    private long offset(int index) throws IOException {
        return directory.value(tiled ? TiffDirectory.TILE_OFFSETS : TiffDirectory.STRIP_OFFSETS, index);
    }

    /** The length that the file states; where it does not, up to the next strip or tile, or to the end of the file. */
    private long stated(int index) throws IOException {
        int tag = tiled ? TiffDirectory.TILE_LENGTHS : TiffDirectory.STRIP_LENGTHS;
        if (directory.has(tag)) {
            return directory.value(tag, index);
        }
        long offset = offset(index);
        long next = index + 1 < count() ? offset(index + 1) : file.length;
        return next > offset ? next - offset : Math.max(0, file.length - offset);
    }

    private byte[] reverse(int from, int length) {
        byte[] turned = new byte[length];
        for (int i = 0; i < length; i++) {
            turned[i] = (byte) (Integer.reverse(file[from + i]) >>> 24);
        }
        return turned;
    }

    private static void inflate(byte[] source, int from, int length, byte[] target) throws IOException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(source, from, length);
            int filled = 0;
            while (filled < target.length) {
                int more = inflater.inflate(target, filled, target.length - filled);
                if (more == 0) {
                    throw Bytes.ends();
                }
                filled += more;
            }
        } catch (DataFormatException e) {
            throw new IOException("the compressed pixels are damaged", e);
        } finally {
            inflater.end();
        }
    }

    private static void unpack(byte[] source, int from, int end, byte[] target, Watch watch) throws IOException {
        int at = from;
        int filled = 0;
        while (filled < target.length) {
            if (at >= end) {
                throw Bytes.ends();
            }
            int count = source[at++];
            watch.worked(1);
            if (count >= 0) {
                int run = Math.min(count + 1, target.length - filled);
                if (at + run > end) {
                    throw Bytes.ends();
                }
                System.arraycopy(source, at, target, filled, run);
                at += count + 1;
                filled += run;
            } else if (count != -128) {
                if (at >= end) {
                    throw Bytes.ends();
                }
                int run = Math.min(1 - count, target.length - filled);
                Arrays.fill(target, filled, filled + run, source[at++]);
                filled += run;
            }
        }
    }

    /** Adds up the differences from one pixel of a row to the next. */
    private void add(byte[] target, int rows) {
        int step = samples * bits / 8;
        for (int row = 0; row < rows; row++) {
            int start = row * rowBytes;
            if (bits == 8) {
                for (int i = start + step; i < start + rowBytes; i++) {
                    target[i] += target[i - step];
                }
                continue;
            }
            for (int i = start + step; i + 1 < start + rowBytes; i += 2) {
                int upper = bigEndian ? i : i + 1;
                int lower = bigEndian ? i + 1 : i;
                int sum = sixteen(target, upper, lower) + sixteen(target, upper - step, lower - step);
                target[upper] = (byte) (sum >> 8);
                target[lower] = (byte) sum;
            }
        }
    }

    private static int sixteen(byte[] from, int upper, int lower) {
        return (from[upper] & 0xFF) << 8 | (from[lower] & 0xFF);
    }
}
