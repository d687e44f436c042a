// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The first picture of a GIF file, on its screen: what it leaves free has the transparent colour, or else the first one. */
public final class GifImage implements ImageFile {

    private static final int HEADER = 13;
    private static final int EXTENSION = '!';
    private static final int GRAPHIC_CONTROL = 0xF9;
    private static final int IMAGE = ',';
    /** First row and step of each pass of an interlaced picture. */
    private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

    private static final int[][] ONE_PASS = {{0, 1}};

    private final byte[] file;
    private final Bytes bytes;
    private int position = HEADER;
    private int width;
    private int height;
    private int left;
    private int top;
    private int frameWidth;
    private int frameHeight;
    private boolean interlaced;
    private int background;
    private @Nullable Palette palette;
    private int colours;
    private int parts;
    private int codeBits;
    private long codedBytes;

    private GifImage(byte[] file) {
        this.file = file;
        this.bytes = new Bytes(file, false);
    }

    /** Reads the structure, up to the end of the first picture. */
    public static GifImage of(byte[] file) throws IOException {
        GifImage image = new GifImage(file);
        image.width = image.bytes.u16(6);
        image.height = image.bytes.u16(8);
        image.takePalette(image.bytes.u8(10));
        image.bytes.require(HEADER, 0);
        while (image.takeBlock()) {}
        if (image.frameWidth == 0 || image.frameHeight == 0) {
            throw new IOException("the first picture has no pixels");
        }
        image.width = Math.max(image.width, image.left + image.frameWidth);
        image.height = Math.max(image.height, image.top + image.frameHeight);
        return image;
    }

    private void takePalette(int flags) throws IOException {
        if ((flags & 0x80) != 0) {
            colours = 2 << (flags & 7);
            bytes.require(position, 3L * colours);
            palette = Palette.of(file, position, colours);
            position += 3 * colours;
        }
    }

    /** False behind the header of the first picture. */
    private boolean takeBlock() throws IOException {
        if (position >= file.length) {
            throw new IOException("the file has no picture");
        }
        parts++;
        int kind = bytes.u8(position++);
        if (kind == IMAGE) {
            takeFrame();
            return false;
        }
        if (kind == ';') {
            throw new IOException("the file has no picture");
        }
        if (kind == EXTENSION) {
            int label = bytes.u8(position++);
            if (label == GRAPHIC_CONTROL && bytes.u8(position) >= 4 && (bytes.u8(position + 1) & 1) != 0) {
                background = bytes.u8(position + 4);
            }
            position = behindBlocks(position);
        }
        return true;
    }

    private void takeFrame() throws IOException {
        left = bytes.u16(position);
        top = bytes.u16(position + 2);
        frameWidth = bytes.u16(position + 4);
        frameHeight = bytes.u16(position + 6);
        int flags = bytes.u8(position + 8);
        position += 9;
        interlaced = (flags & 0x40) != 0;
        takePalette(flags);
        codeBits = bytes.u8(position++);
        if (codeBits < 1 || codeBits > 8) {
            throw new IOException("a colour has " + codeBits + " bits");
        }
        int at = position;
        while (at < file.length && file[at] != 0) {
            int length = file[at] & 0xFF;
            codedBytes += length;
            at += 1 + length;
        }
    }

    private int behindBlocks(int from) throws IOException {
        int at = from;
        while (bytes.u8(at) != 0) {
            at += 1 + bytes.u8(at);
            parts++;
        }
        return at + 1;
    }

    @Override
    public Structure structure() {
        return new Structure(height, width, 1, parts, codedBytes);
    }

    @Override
    public Picture decode(BooleanSupplier timeIsOver) throws IOException {
        byte[] frame = new byte[Math.multiplyExact(frameWidth, frameHeight)];
        new GifLzw(blocks(), codeBits).readInto(frame, new Watch(timeIsOver));
        byte[] indices = frame;
        if (interlaced || frameWidth != width || frameHeight != height) {
            indices = new byte[Math.multiplyExact(width, height)];
            Arrays.fill(indices, (byte) background);
            int row = 0;
            for (int[] pass : interlaced ? PASSES : ONE_PASS) {
                for (int y = pass[0]; y < frameHeight; y += pass[1]) {
                    System.arraycopy(frame, row++ * frameWidth, indices, (top + y) * width + left, frameWidth);
                }
            }
        }
        if (palette == null || palette.isGrayRamp(colours)) {
            return new Picture(1, height, width, indices);
        }
        return palette.picture(height, width, indices);
    }

    /** The bytes of all blocks, without their lengths. */
    private byte[] blocks() {
        byte[] joined = new byte[(int) Math.min(codedBytes, file.length)];
        int length = 0;
        int at = position;
        while (at < file.length && file[at] != 0) {
            int there = Math.min(file[at] & 0xFF, file.length - at - 1);
            System.arraycopy(file, at + 1, joined, length, there);
            length += there;
            at += 1 + there;
        }
        return length == joined.length ? joined : Arrays.copyOf(joined, length);
    }
}
