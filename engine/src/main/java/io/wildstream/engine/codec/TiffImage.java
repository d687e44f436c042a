// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * The first picture of a TIFF file: strips or tiles, plain, LZW, deflate or PackBits; gray, colour, palette or inks of up to 16 bits. Lies
 * as its own orientation says, which Pillow applies whenever it reads a TIFF file.
 */
public final class TiffImage implements ImageFile {

    private static final int MOST_SAMPLES = 16;

    private enum Kind {
        WHITE_IS_ZERO(1),
        BLACK_IS_ZERO(1),
        RGB(3),
        PALETTE(1),
        INKS(4);

        private final int samples;

        Kind(int samples) {
            this.samples = samples;
        }
    }

    private final boolean bigEndian;
    private final TiffDirectory directory;
    private final int width;
    private final int height;
    private final int bits;
    private final int samples;
    private final Kind kind;
    private final boolean planar;
    private final boolean premultiplied;
    private final int orientation;
    private final TiffTiles tiles;

    private TiffImage(byte[] file, boolean bigEndian) throws IOException {
        this.bigEndian = bigEndian;
        this.directory = new TiffDirectory(new Bytes(file, bigEndian));
        this.width = side(TiffDirectory.WIDTH);
        this.height = side(TiffDirectory.HEIGHT);
        this.samples = (int) Math.min(directory.value(TiffDirectory.SAMPLES, 1L), MOST_SAMPLES + 1);
        this.bits = bits();
        this.kind = kind();
        this.planar = directory.value(TiffDirectory.PLANAR, 1L) == 2 && samples > 1;
        this.premultiplied = kind == Kind.RGB
                && samples > 3
                && directory.count(TiffDirectory.EXTRA_SAMPLES) > 0
                && directory.value(TiffDirectory.EXTRA_SAMPLES, 0) == 1;
        this.orientation = directory.has(TiffDirectory.ORIENTATION)
                ? (int) directory.value(TiffDirectory.ORIENTATION, 1L)
                : Exif.orientation(null, directory.bytes(TiffDirectory.XMP));
        if (samples < kind.samples || samples > MOST_SAMPLES || bits * samples > 8 * MOST_SAMPLES) {
            throw new IOException("a pixel of " + samples + " samples is not read");
        }
        if (directory.value(TiffDirectory.SAMPLE_FORMAT, 1L) != 1) {
            throw new IOException("only whole numbers without a sign are read as samples");
        }
        this.tiles = new TiffTiles(file, bigEndian, directory, bits, planar ? 1 : samples);
    }

    /** Reads the structure. */
    public static TiffImage of(byte[] file) throws IOException {
        return new TiffImage(file, file[0] == 'M');
    }

    private int side(int tag) throws IOException {
        long side = directory.value(tag, 0L);
        if (side < 1 || side > Integer.MAX_VALUE) {
            throw new IOException("a side has " + side + " pixels");
        }
        return (int) side;
    }

    private int bits() throws IOException {
        int first = (int) directory.value(TiffDirectory.BITS, 1L);
        for (int i = 1; i < Math.min(samples, directory.count(TiffDirectory.BITS)); i++) {
            if (directory.value(TiffDirectory.BITS, i) != first) {
                throw new IOException("samples of different lengths are not read");
            }
        }
        return first;
    }

    private Kind kind() throws IOException {
        int photometric = (int) directory.value(TiffDirectory.PHOTOMETRIC, 0L);
        Kind found = switch (photometric) {
            case 0 -> Kind.WHITE_IS_ZERO;
            case 1 -> Kind.BLACK_IS_ZERO;
            case 2 -> Kind.RGB;
            case 3 -> Kind.PALETTE;
            case 5 -> Kind.INKS;
            default -> throw new IOException("colours of kind " + photometric + " are not read");
        };
        boolean few = bits == 1 || bits == 2 || bits == 4;
        boolean known = bits == 8
                || (bits == 16 && found != Kind.PALETTE)
                || (few && samples == 1 && found != Kind.RGB && found != Kind.INKS);
        if (!known) {
            throw new IOException("samples of " + bits + " bits are not read");
        }
        return found;
    }

    @Override
    public Structure structure() {
        boolean turned = orientation >= 5 && orientation <= 8;
        return new Structure(turned ? width : height, turned ? height : width, 1, tiles.count(), tiles.codedBytes());
    }

    @Override
    public Picture decode(BooleanSupplier timeIsOver) throws IOException {
        int read = planar ? kind.samples : premultiplied ? 4 : kind.samples;
        byte[] levels = new byte[Math.multiplyExact(read, Math.multiplyExact(height, width))];
        Watch watch = new Watch(timeIsOver);
        for (int plane = 0; plane < (planar ? kind.samples : 1); plane++) {
            for (int top = 0; top < height; top += tiles.height()) {
                for (int left = 0; left < width; left += tiles.width()) {
                    int rows = Math.min(tiles.height(), height - top);
                    byte[] tile = tiles.read(plane, top, left, rows, watch);
                    for (int row = 0; row < rows; row++) {
                        store(tile, row, (top + row) * width + left, levels, planar ? plane : 0, planar ? 1 : read);
                    }
                }
            }
        }
        return picture(levels, read).oriented(orientation);
    }

    /** Puts a row of a tile into its place, as 8 bits for each sample. */
    private void store(byte[] tile, int row, int to, byte[] levels, int firstPlane, int planes) {
        int count = Math.min(tiles.width(), width - to % width);
        int from = row * tiles.rowBytes();
        int plane = height * width;
        if (bits < 8) {
            int factor = kind == Kind.PALETTE ? 1 : 255 / ((1 << bits) - 1);
            int perByte = 8 / bits;
            for (int i = 0; i < count; i++) {
                int shift = 8 - bits * (i % perByte + 1);
                levels[to + i] = (byte) ((tile[from + i / perByte] >> shift & (1 << bits) - 1) * factor);
            }
            return;
        }
        int size = bits / 8;
        int step = size * (planar ? 1 : samples);
        // The upper byte of 16 bits.
        int upper = size == 1 || bigEndian ? 0 : 1;
        for (int channel = 0; channel < planes; channel++) {
            int at = from + channel * size + upper;
            int target = (firstPlane + channel) * plane + to;
            for (int i = 0; i < count; i++, at += step) {
                levels[target + i] = tile[at];
            }
        }
    }

    private Picture picture(byte[] levels, int read) throws IOException {
        int plane = height * width;
        switch (kind) {
            case WHITE_IS_ZERO -> {
                // Of 16 bits, Pillow leaves them as they are.
                for (int i = 0; bits <= 8 && i < plane; i++) {
                    levels[i] = (byte) ~levels[i];
                }
            }
            case PALETTE -> {
                return palette().picture(height, width, levels);
            }
            case INKS -> fromInks(levels, plane);
            case RGB -> {
                if (read == 4) {
                    divide(levels, plane);
                }
            }
            case BLACK_IS_ZERO -> {}
        }
        int channels = kind.samples == 1 ? 1 : 3;
        return new Picture(
                channels, height, width, read == channels ? levels : Arrays.copyOf(levels, channels * plane));
    }

    private Palette palette() throws IOException {
        int colours = directory.count(TiffDirectory.COLOUR_MAP) / 3;
        if (colours == 0) {
            throw new IOException("the palette is missing");
        }
        Palette palette = new Palette();
        for (int i = 0; i < Math.min(colours, 256); i++) {
            palette.set(i, level(i), level(colours + i), level(2 * colours + i));
        }
        return palette;
    }

    private int level(int index) throws IOException {
        return (int) directory.value(TiffDirectory.COLOUR_MAP, index) >> 8;
    }

    private static void fromInks(byte[] levels, int plane) {
        for (int i = 0; i < plane; i++) {
            int white = 255 - (levels[3 * plane + i] & 0xFF);
            for (int at = i; at < 3 * plane; at += plane) {
                int product = (levels[at] & 0xFF) * white + 128;
                levels[at] = (byte) Math.max(0, white - (((product >> 8) + product) >> 8));
            }
        }
    }

    /** Undoes a multiplication of the colours by the opacity. */
    private static void divide(byte[] levels, int plane) {
        for (int i = 0; i < plane; i++) {
            int opacity = levels[3 * plane + i] & 0xFF;
            for (int at = i; opacity < 255 && at < 3 * plane; at += plane) {
                levels[at] = (byte) (opacity == 0 ? 0 : Math.min(255, (levels[at] & 0xFF) * 255 / opacity));
            }
        }
    }
}
