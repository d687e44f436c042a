// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import io.wildstream.engine.codec.webp.LosslessFrame;
import io.wildstream.engine.codec.webp.Vp8Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The first picture of a WebP file, on its canvas: what it leaves free is black. */
public final class WebpImage implements ImageFile {

    private static final int HEADER = 12;
    private static final int CHUNK = 8;
    private static final int FRAME_HEADER = 16;
    private static final int LOSSLESS_HEADER = 5;
    private static final int LOSSLESS = 0x2F;
    private static final int ANIMATED = 2;
    private static final int HAS_XMP = 4;
    private static final int HAS_EXIF = 8;

    private final byte[] file;
    private final Bytes bytes;
    private int width;
    private int height;
    private int left;
    private int top;
    /** What the header of an extended file says that there is. */
    private int flags;

    private byte @Nullable [] exif;
    private byte @Nullable [] xmp;
    private int parts;
    /** The chunk of the compressed picture. */
    private int picture;

    private int pictureLength;
    private int pictureWidth;
    private int pictureHeight;

    private WebpImage(byte[] file) {
        this.file = file;
        this.bytes = new Bytes(file, false);
    }

    /** Reads the structure. */
    public static WebpImage of(byte[] file) throws IOException {
        WebpImage image = new WebpImage(file);
        int end = (int) Math.min(file.length, 8 + image.bytes.u32(4));
        image.takeChunks(HEADER, end, false);
        if (image.picture == 0) {
            throw new IOException("the file has no picture");
        }
        if (image.left + image.pictureWidth > image.width || image.top + image.pictureHeight > image.height) {
            throw new IOException("the picture is larger than the file's canvas");
        }
        return image;
    }

    /** @param inFrame whether they are those of a frame, which has no frames of its own */
    private void takeChunks(int from, int end, boolean inFrame) throws IOException {
        long at = from;
        while (at + CHUNK <= end) {
            parts++;
            long length = bytes.u32(at + 4);
            int body = (int) at + CHUNK;
            String name = new String(file, (int) at, 4, StandardCharsets.ISO_8859_1);
            boolean whole = body + length <= file.length;
            switch (name) {
                case "VP8X" -> {
                    flags = bytes.u8(body);
                    width = 1 + u24(body + 4);
                    height = 1 + u24(body + 7);
                }
                case "ANMF" -> {
                    if (picture == 0 && !inFrame) {
                        left = 2 * u24(body);
                        top = 2 * u24(body + 3);
                        takeChunks(body + FRAME_HEADER, (int) Math.min(end, body + length), true);
                    }
                }
                case "VP8 ", "VP8L" -> {
                    if (picture == 0) {
                        takePicture(name, body, whole ? (int) length : -1);
                    }
                }
                case "EXIF" -> {
                    if (whole && exif == null && (flags & HAS_EXIF) != 0) {
                        exif = Arrays.copyOfRange(file, body, body + (int) length);
                    }
                }
                case "XMP " -> {
                    if (whole && xmp == null && (flags & HAS_XMP) != 0) {
                        xmp = Arrays.copyOfRange(file, body, body + (int) length);
                    }
                }
                default -> {}
            }
            at = body + length + (length & 1);
        }
    }

    private void takePicture(String name, int body, int length) throws IOException {
        if (length < 0) {
            throw new IOException("the file ends within its pixels");
        }
        if (name.equals("VP8L")) {
            if (bytes.u8(body) != LOSSLESS || length < LOSSLESS_HEADER) {
                throw new IOException("the lossless picture has no header");
            }
            long sizes = bytes.u32(body + 1);
            pictureWidth = 1 + (int) (sizes & 0x3FFF);
            pictureHeight = 1 + (int) (sizes >> 14 & 0x3FFF);
        } else {
            pictureWidth = bytes.u16(body + 6) & 0x3FFF;
            pictureHeight = bytes.u16(body + 8) & 0x3FFF;
        }
        if (pictureWidth == 0 || pictureHeight == 0) {
            throw new IOException("the picture has no pixels");
        }
        picture = body;
        pictureLength = length;
        if (width == 0) {
            width = pictureWidth;
            height = pictureHeight;
        } else if ((flags & ANIMATED) == 0 && (width != pictureWidth || height != pictureHeight)) {
            throw new IOException("the picture has another size than the file's canvas");
        }
    }

    private int u24(int at) throws IOException {
        return bytes.u16(at) | bytes.u8(at + 2) << 16;
    }

    @Override
    public Structure structure() {
        return new Structure(height, width, Exif.orientation(exif, xmp), parts, pictureLength);
    }

    @Override
    public Picture decode(BooleanSupplier timeIsOver) throws IOException {
        boolean lossless = file[picture - 5] == 'L';
        Picture decoded = lossless
                ? LosslessFrame.decode(file, picture, pictureLength, timeIsOver)
                : Vp8Frame.decode(file, picture, pictureLength, timeIsOver);
        if (width == pictureWidth && height == pictureHeight) {
            return decoded;
        }
        byte[] pixels = new byte[Math.multiplyExact(3, Math.multiplyExact(height, width))];
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < pictureHeight; y++) {
                System.arraycopy(
                        decoded.pixels(),
                        (channel * pictureHeight + y) * pictureWidth,
                        pixels,
                        (channel * height + top + y) * width + left,
                        pictureWidth);
            }
        }
        return new Picture(3, height, width, pixels);
    }
}
