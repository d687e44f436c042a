// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A bitmap of Windows or OS/2: 1, 4, 8, 16, 24 or 32 bits, plain or run-length coded. */
public final class BmpImage implements ImageFile {

    private static final int FILE_HEADER = 14;
    private static final int OLD_HEADER = 12;
    private static final int PLAIN = 0;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int MASKS = 3;

    private final byte[] file;
    private final Bytes bytes;
    private int width;
    private int height;
    private boolean topDown;
    private int bits;
    private int compression;
    private int pixels;
    private @Nullable Palette palette;
    private boolean grayRamp;
    /** Of red, green and blue, for 16 bits and more. */
    private final int[] masks = {0x7C00, 0x3E0, 0x1F};

    private BmpImage(byte[] file) {
        this.file = file;
        this.bytes = new Bytes(file, false);
    }

    /** Reads the structure. */
    public static BmpImage of(byte[] file) throws IOException {
        BmpImage image = new BmpImage(file);
        long header = image.bytes.u32(FILE_HEADER);
        if (header == OLD_HEADER) {
            image.width = image.bytes.u16(18);
            image.height = image.bytes.u16(20);
            image.bits = image.bytes.u16(24);
            image.setDefaultMasks();
            image.takePalette(FILE_HEADER + OLD_HEADER, 3, 0);
        } else if (header >= 40 && header <= 124) {
            image.takeHeader((int) header);
        } else {
            throw new IOException("its header has " + header + " bytes, which no bitmap has");
        }
        long start = image.bytes.u32(10);
        boolean atPalette = start == FILE_HEADER + header && image.bits <= 8;
        if (start != 0 && !atPalette) {
            image.bytes.require(start, 1);
            image.pixels = (int) start;
        }
        image.checkKind();
        return image;
    }

    private void takeHeader(int header) throws IOException {
        long w = bytes.u32(18);
        int h = (int) bytes.u32(22);
        topDown = h < 0;
        bits = bytes.u16(28);
        compression = (int) bytes.u32(30);
        if (w < 1 || w > Integer.MAX_VALUE || h == 0 || h == Integer.MIN_VALUE) {
            throw new IOException("the header says " + w + " x " + h + " pixels");
        }
        width = (int) w;
        height = Math.abs(h);
        int behind = FILE_HEADER + header;
        setDefaultMasks();
        if (compression == MASKS) {
            // Behind the shortest header, within the longer ones: the same place.
            setMasks((int) bytes.u32(54), (int) bytes.u32(58), (int) bytes.u32(62));
            behind += header == 40 ? 12 : 0;
        }
        takePalette(behind, 4, bytes.u32(46));
    }

    private void setDefaultMasks() {
        if (bits > 16) {
            setMasks(0xFF0000, 0xFF00, 0xFF);
        }
    }

    private void setMasks(int red, int green, int blue) {
        if ((red | green | blue) != 0) {
            masks[0] = red;
            masks[1] = green;
            masks[2] = blue;
        } else {
            setMasks(0xFF0000, 0xFF00, 0xFF);
        }
    }

    private void takePalette(int at, int bytesPerColour, long stated) throws IOException {
        pixels = at;
        if (bits > 8) {
            return;
        }
        int colours = stated == 0 ? 1 << bits : (int) Math.min(stated, 256);
        bytes.require(at, (long) colours * bytesPerColour);
        Palette read = new Palette();
        for (int i = 0; i < colours; i++) {
            int from = at + i * bytesPerColour;
            read.set(i, file[from + 2], file[from + 1], file[from]);
        }
        palette = read;
        grayRamp = bits == 8 && read.isGrayRamp(colours);
        pixels = at + colours * bytesPerColour;
    }

    private void checkKind() throws IOException {
        boolean known = switch (compression) {
            case PLAIN -> bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
            case RLE8 -> bits == 8;
            case RLE4 -> bits == 4;
            case MASKS -> bits == 16 || bits == 24 || bits == 32;
            default -> false;
        };
        if (!known || width < 1 || height < 1) {
            throw new IOException("bitmaps of " + bits + " bits with compression " + compression + " are not read, "
                    + width + " x " + height + " pixels");
        }
        for (int mask : masks) {
            int ones = Integer.bitCount(mask);
            boolean isRun = mask != 0 && mask >>> Integer.numberOfTrailingZeros(mask) == (1 << ones) - 1;
            if (bits > 8 && (!isRun || ones > 8)) {
                throw new IOException("the bits of its colours are not read: masks " + Arrays.toString(masks));
            }
        }
    }

    @Override
    public Structure structure() {
        long codedBytes = compression == RLE8 || compression == RLE4 ? file.length - pixels : 0;
        return new Structure(height, width, 1, 1, codedBytes);
    }

    @Override
    public Picture decode(BooleanSupplier timeIsOver) throws IOException {
        Watch watch = new Watch(timeIsOver);
        if (palette == null) {
            return colours(watch);
        }
        byte[] indices = compression == PLAIN ? indices(watch) : runs(watch);
        return grayRamp ? new Picture(1, height, width, indices) : palette.picture(height, width, indices);
    }

    private int line(int stored) {
        return topDown ? stored : height - 1 - stored;
    }

    private long stride() throws IOException {
        long stride = ((long) width * bits + 31) / 32 * 4;
        // The last row need not be filled up.
        if (pixels + stride * (height - 1) + ((long) width * bits + 7) / 8 > file.length) {
            throw new IOException("the file ends within its pixels");
        }
        return stride;
    }

    private byte[] indices(Watch watch) throws IOException {
        long stride = stride();
        byte[] indices = new byte[Math.multiplyExact(width, height)];
        int perByte = 8 / bits;
        for (int row = 0; row < height; row++) {
            watch.worked(width);
            int from = (int) (pixels + row * stride);
            int to = line(row) * width;
            for (int x = 0; x < width; x++) {
                int shift = 8 - bits * (x % perByte + 1);
                indices[to + x] = (byte) (file[from + x / perByte] >> shift & (1 << bits) - 1);
            }
        }
        return indices;
    }

    private Picture colours(Watch watch) throws IOException {
        long stride = stride();
        int plane = Math.multiplyExact(width, height);
        byte[] target = new byte[Math.multiplyExact(3, plane)];
        int step = bits / 8;
        for (int row = 0; row < height; row++) {
            watch.worked(width * step);
            int from = (int) (pixels + row * stride);
            int to = line(row) * width;
            for (int x = 0; x < width; x++, from += step) {
                int value = 0;
                for (int i = step - 1; i >= 0; i--) {
                    value = value << 8 | (file[from + i] & 0xFF);
                }
                for (int channel = 0; channel < 3; channel++) {
                    int mask = masks[channel];
                    int shift = Integer.numberOfTrailingZeros(mask);
                    target[channel * plane + to + x] = (byte) (((value & mask) >>> shift) * 255 / (mask >>> shift));
                }
            }
        }
        return new Picture(3, height, width, target);
    }

    /** Run-length coded numbers of colours; what the runs leave out is the first colour. */
    private byte[] runs(Watch watch) throws IOException {
        int total = Math.multiplyExact(width, height);
        byte[] stored = new byte[total];
        int filled = 0;
        int x = 0;
        int at = pixels;
        while (filled < total) {
            int count = bytes.u8(at);
            int value = bytes.u8(at + 1);
            at += 2;
            watch.worked(2);
            if (count > 0) {
                int run = Math.max(0, Math.min(Math.min(count, width - x), total - filled));
                for (int i = 0; i < run; i++) {
                    stored[filled + i] = (byte) (compression == RLE8 ? value : i % 2 == 0 ? value >> 4 : value & 15);
                }
                filled += run;
                x += run;
            } else if (value == 0) {
                filled += (width - filled % width) % width;
                x = 0;
            } else if (value == 1) {
                break;
            } else if (value == 2) {
                filled += bytes.u8(at) + bytes.u8(at + 1) * width;
                at += 2;
                x = filled % width;
            } else {
                int run = Math.min(value, total - filled);
                for (int i = 0; i < run; i++) {
                    int source = compression == RLE8 ? bytes.u8(at + i) : bytes.u8(at + i / 2) >> (i % 2 == 0 ? 4 : 0);
                    stored[filled + i] = (byte) (compression == RLE8 ? source : source & 15);
                }
                at += compression == RLE8 ? run : (run + 1) / 2;
                at += at % 2;
                filled += run;
                x += value;
            }
        }
        byte[] indices = new byte[total];
        for (int row = 0; row < height; row++) {
            System.arraycopy(stored, row * width, indices, line(row) * width, width);
        }
        return indices;
    }
}
