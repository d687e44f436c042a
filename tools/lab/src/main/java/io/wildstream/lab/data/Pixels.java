// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An uncompressed image: one byte (0 to 255) for each channel, row and column, channel by channel, each row by row.
 *
 * <p>Holds the array it was given; callers do not change it afterwards.
 */
public final class Pixels {
    private static final Pattern TENSOR =
            Pattern.compile("application/x-tensor;dtype=uint8;shape=(\\d{1,4}),(\\d{1,4}),(\\d{1,4})");

    private final ImageShape shape;
    private final byte[] values;

    /**
     * @param shape its size
     * @param values {@code shape.values()} bytes
     * @throws IllegalArgumentException when there are more or fewer bytes, or neither 1 nor 3 channels
     */
    public Pixels(ImageShape shape, byte[] values) {
        if (shape.channels() != 1 && shape.channels() != 3) {
            throw new IllegalArgumentException("An image has 1 or 3 channels, not " + shape.channels());
        }
        if (values.length != shape.values()) {
            throw new IllegalArgumentException(
                    "An image of " + shape + " has " + shape.values() + " bytes, not " + values.length);
        }
        this.shape = shape;
        this.values = values;
    }

    /**
     * What a sample shows, where it is an image file or an uncompressed image of bytes.
     *
     * @throws IllegalArgumentException when it is neither, or broken
     */
    public static Pixels of(Sample sample) {
        byte[] payload = sample.getPayload().toByteArray();
        Matcher tensor = TENSOR.matcher(sample.getContentType());
        if (!tensor.matches()) {
            return ImageFile.decode(payload);
        }
        return new Pixels(ImageHeader.shape(number(tensor, 1), number(tensor, 2), number(tensor, 3)), payload);
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    /** The content type of a sample that holds an image of that shape uncompressed. */
    public static String contentType(ImageShape shape) {
        return "application/x-tensor;dtype=uint8;shape=" + shape.channels() + "," + shape.height() + ","
                + shape.width();
    }

    /** Channels, height and width. */
    public ImageShape shape() {
        return shape;
    }

    /** The bytes themselves, not a copy. */
    public byte[] values() {
        return values;
    }

    /** One value, 0 to 255. */
    public int at(int channel, int row, int column) {
        return values[(channel * shape.height() + row) * shape.width() + column] & 0xff;
    }

    /** This image in another shape: channels first (ITU-R BT.601 luma, or the gray one repeated), then the sides. */
    public Pixels to(ImageShape target) {
        if (target.equals(shape)) {
            return this;
        }
        return withChannels(target.channels()).resized(target.height(), target.width());
    }

    private Pixels withChannels(int channels) {
        if (channels == shape.channels()) {
            return this;
        }
        int plane = shape.height() * shape.width();
        byte[] converted = new byte[channels * plane];
        for (int i = 0; i < plane; i++) {
            if (channels == 1) {
                converted[i] = luma(values[i] & 0xff, values[plane + i] & 0xff, values[2 * plane + i] & 0xff);
                continue;
            }
            converted[i] = values[i];
            converted[plane + i] = values[i];
            converted[2 * plane + i] = values[i];
        }
        return new Pixels(new ImageShape(channels, shape.height(), shape.width()), converted);
    }

    /** In 16-bit fixed point, as the services compute it. */
    private static byte luma(int red, int green, int blue) {
        return (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
    }

    /** Bilinear with pixel centres aligned, edges repeated: torch's interpolate with align_corners=False. */
    private Pixels resized(int height, int width) {
        if (height == shape.height() && width == shape.width()) {
            return this;
        }
        ImageShape target = new ImageShape(shape.channels(), height, width);
        byte[] scaled = new byte[target.values()];
        int next = 0;
        for (int channel = 0; channel < shape.channels(); channel++) {
            for (int row = 0; row < height; row++) {
                double y = source(row, height, shape.height());
                for (int column = 0; column < width; column++) {
                    double x = source(column, width, shape.width());
                    scaled[next++] = (byte) (int) (interpolated(channel, y, x) + 0.5);
                }
            }
        }
        return new Pixels(target, scaled);
    }

    private static double source(int position, int target, int original) {
        double at = (position + 0.5) * original / target - 0.5;
        return Math.min(Math.max(at, 0), original - 1.0);
    }

    private double interpolated(int channel, double y, double x) {
        int top = (int) y;
        int left = (int) x;
        int bottom = Math.min(top + 1, shape.height() - 1);
        int right = Math.min(left + 1, shape.width() - 1);
        double down = y - top;
        double along = x - left;
        double upper = at(channel, top, left) * (1 - along) + at(channel, top, right) * along;
        double lower = at(channel, bottom, left) * (1 - along) + at(channel, bottom, right) * along;
        return upper * (1 - down) + lower * down;
    }
}
