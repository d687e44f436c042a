// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.preprocess;

import io.wildstream.engine.ImageShape;
import io.wildstream.engine.codec.Picture;
import java.util.Arrays;

/** Applies a contract to pictures. Thread safe; keeps no state between calls. */
public final class Preprocessor {

    private final Preprocessing contract;

    public Preprocessor(Preprocessing contract) {
        this.contract = contract;
    }

    /**
     * The shape of what becomes of a picture.
     *
     * @param height rows before it is turned
     * @param width columns before it is turned
     * @param orientation as Exif numbers it
     */
    public ImageShape shape(int height, int width, int orientation) {
        boolean turned = contract.orientation() == Orientation.EXIF && orientation >= 5 && orientation <= 8;
        int rows = turned ? width : height;
        int columns = turned ? height : width;
        return new ImageShape(
                contract.colour().channels(),
                Geometry.ofHeight(contract, rows, columns).length(),
                Geometry.ofWidth(contract, rows, columns).length());
    }

    /**
     * What a network reads of a picture.
     *
     * @param orientation as the file's Exif data numbers it
     * @return unsigned bytes, channels first, of {@link #shape}
     */
    public byte[] apply(Picture picture, int orientation) {
        Picture seen = contract.colour() == Colour.L ? picture.toGray() : picture;
        if (contract.orientation() == Orientation.EXIF) {
            seen = seen.oriented(orientation);
        }
        Geometry columns = Geometry.ofWidth(contract, seen.height(), seen.width());
        Geometry rows = Geometry.ofHeight(contract, seen.height(), seen.width());
        Resize resize = contract.resize();
        byte[] pixels = new byte
                [Math.multiplyExact(contract.colour().channels(), Math.multiplyExact(rows.length(), columns.length()))];
        // A gray picture is resized once, and then there three times.
        new Resampling(seen, resize == null ? Interpolation.NEAREST : resize.interpolation(), columns, rows)
                .into(pixels);
        int plane = rows.length() * columns.length();
        for (int channel = seen.channels(); channel < contract.colour().channels(); channel++) {
            System.arraycopy(pixels, 0, pixels, channel * plane, plane);
        }
        if (resize != null && resize.mode() == Resize.Mode.PAD) {
            for (int channel = 0; channel < contract.colour().channels(); channel++) {
                int value = resize.fill().get(resize.fill().size() == 1 ? 0 : channel);
                fillAround(pixels, channel * plane, (byte) value, columns, rows);
            }
        }
        if (contract.colour() == Colour.BGR) {
            swap(pixels, plane);
        }
        return pixels;
    }

    /** Fills what lies on the canvas and shows nothing of the picture; what lies beyond stays black. */
    private static void fillAround(byte[] pixels, int plane, byte value, Geometry columns, Geometry rows) {
        int left = Math.max(0, -columns.start());
        int right = Math.min(columns.length(), columns.canvas() - columns.start());
        int bottom = Math.min(rows.length(), rows.canvas() - rows.start());
        for (int y = Math.max(0, -rows.start()); y < bottom; y++) {
            int row = plane + y * columns.length();
            boolean shown = y >= rows.shownFrom() && y < rows.shownFrom() + rows.shown();
            if (!shown || columns.shown() <= 0) {
                Arrays.fill(pixels, row + left, row + right, value);
            } else {
                Arrays.fill(pixels, row + left, row + columns.shownFrom(), value);
                Arrays.fill(pixels, row + columns.shownFrom() + columns.shown(), row + right, value);
            }
        }
    }

    private static void swap(byte[] pixels, int plane) {
        byte[] red = Arrays.copyOf(pixels, plane);
        System.arraycopy(pixels, 2 * plane, pixels, 0, plane);
        System.arraycopy(red, 0, pixels, 2 * plane, plane);
    }
}
