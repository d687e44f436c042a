// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.sample.SampleFormat;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import io.wildstream.engine.testkit.ImageBytes;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad payloads by family: each is refused with its reason, costs next to nothing, and the sample behind it is decoded as ever. */
class BadSamplesTest {

    private static final ImageShape SHAPE = new ImageShape(1, 4, 3);
    private static final String TENSOR = "application/x-tensor;dtype=uint8;shape=1,4,3";
    private static final String FLOATS = "application/x-tensor;dtype=float32;shape=1,4,3";
    private static final SampleDecoder DECODER = new SampleDecoder(new ModelDescription(
            "m",
            SHAPE,
            List.of("a", "b"),
            List.of(0.25f),
            List.of(0.5f),
            1,
            "",
            null,
            List.of(),
            List.of(),
            null,
            null));

    /** One bad sample and what is said about it. */
    record Case(String name, String contentType, byte[] payload, Reason reason, String detail) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        truncated(cases);
        falseHeaders(cases);
        falseHeadersOfOtherFormats(cases);
        otherSizes(cases);
        otherFormats(cases);
        contentTypes(cases);
        tensors(cases);
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRefusedWithItsReason(Case bad) throws InvalidSampleException {
        // Given
        FloatBuffer pixels = FloatBuffer.allocate(2 * SHAPE.values());

        // When
        InvalidSampleException refusal =
                catchThrowableOfType(InvalidSampleException.class, () -> DECODER.decode(sample(bad), pixels));

        // Then
        assertThat(refusal).as(bad.name()).isNotNull();
        assertThat(refusal.reason()).as(refusal.detail()).isEqualTo(bad.reason());
        assertThat(refusal.detail()).contains(bad.detail());
        DECODER.decode(sample(new Case("good", TENSOR, new byte[12], Reason.EMPTY, "")), pixels);
        assertThat(pixels.position()).isEqualTo(SHAPE.values());
    }

    @Test
    void allAreDifferent() {
        Set<String> inputs = new HashSet<>();
        cases().forEach(bad -> inputs.add(bad.contentType() + "|" + Arrays.hashCode(bad.payload())));
        assertThat(inputs).hasSameSizeAs(cases()).hasSizeGreaterThanOrEqualTo(150);
    }

    private static void truncated(List<Case> cases) {
        for (String format : List.of("png", "jpeg", "gif", "bmp", "tiff")) {
            for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_INT_RGB}) {
                byte[] whole = ImageBytes.noise(format, 3, 4, type);
                // What a PNG file holds behind its pixels (two checksums, the end chunk and the end of the data, 24
                // bytes) is not needed.
                int end = switch (format) {
                    case "png" -> whole.length - 24;
                    // The end of the compressed pixels, of the file, and room for what a writer adds.
                    case "gif", "tiff" -> whole.length * 9 / 10;
                    // What fills the last row up to four bytes.
                    case "bmp" -> whole.length - 3;
                    default -> whole.length;
                };
                // Files of both types begin alike.
                int start = type == BufferedImage.TYPE_BYTE_GRAY ? 0 : end / 2;
                for (int i = 1; i <= 16; i++) {
                    int length = start + i * (end - 1 - start) / 16;
                    cases.add(new Case(
                            format + " of type " + type + " cut after " + length + " bytes",
                            "image/" + format,
                            Arrays.copyOf(whole, length),
                            Reason.UNDECODABLE,
                            length < SampleFormat.FIRST_BYTES ? "" : format + ": "));
                }
            }
        }
        for (byte[] whole : List.of(ImageBytes.losslessWebp(), ImageBytes.lossyWebp())) {
            // The last byte fills the chunk up to an even length, or belongs to no pixel.
            for (int length = 16; length < whole.length - 2; length += 4) {
                cases.add(new Case(
                        "webp cut after " + length + " bytes",
                        "image/webp",
                        Arrays.copyOf(whole, length),
                        Reason.UNDECODABLE,
                        "webp: "));
            }
        }
    }

    private static void falseHeadersOfOtherFormats(List<Case> cases) {
        byte[] gif = ImageBytes.noise("gif", 3, 4, BufferedImage.TYPE_BYTE_GRAY);
        ByteBuffer.wrap(gif).putInt(6, 0xFFFFFFFF);
        cases.add(new Case("gif of a huge screen", "image/gif", gif, Reason.TOO_MANY_PIXELS, "65535 x 65535"));
        byte[] bmp = ImageBytes.noise("bmp", 3, 4, BufferedImage.TYPE_INT_RGB);
        ByteBuffer.wrap(bmp)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(18, 1_000_000)
                .putInt(22, 1_000_000);
        cases.add(new Case("bmp of a huge side", "image/bmp", bmp, Reason.TOO_MANY_PIXELS, "1000000 x 1000000"));
        byte[] thin = ImageBytes.noise("bmp", 3, 4, BufferedImage.TYPE_INT_RGB);
        ByteBuffer.wrap(thin).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 70_000).putInt(22, 1);
        cases.add(new Case("bmp of one row", "image/bmp", thin, Reason.TOO_MANY_PIXELS, "65535 in a row"));
        byte[] packed = ImageBytes.noise("bmp", 3, 4, BufferedImage.TYPE_INT_RGB);
        packed[30] = 4;
        cases.add(new Case("bmp around a jpeg", "image/bmp", packed, Reason.UNDECODABLE, "compression 4 are not read"));
        byte[] webp = ImageBytes.losslessWebp();
        ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN).putInt(21, 0x0FFFFFFF);
        cases.add(new Case("webp of a huge side", "image/webp", webp, Reason.TOO_MANY_PIXELS, "16384 x 16384"));
        byte[] strip = new byte[12];
        Object[][] tiffs = {
            {Reason.TOO_MANY_PIXELS, "100000 x 4", new int[] {256, 100_000, 257, 4, 258, 8, 262, 1}},
            {Reason.UNDECODABLE, "a side has 0 pixels", new int[] {256, 0, 257, 4, 258, 8, 262, 1}},
            {Reason.UNDECODABLE, "a side has 0 pixels", new int[] {257, 4, 258, 8, 262, 1}},
            {Reason.UNDECODABLE, "samples of 9 bits are not read", new int[] {256, 3, 257, 4, 258, 9, 262, 1}},
            {Reason.UNDECODABLE, "colours of kind 6 are not read", new int[] {256, 3, 257, 4, 258, 8, 262, 6}},
            {Reason.UNDECODABLE, "compression 7 (JPEG) is not read", new int[] {256, 3, 257, 4, 258, 8, 259, 7, 262, 1}
            },
            {Reason.UNDECODABLE, "the file ends too early", new int[] {256, 3, 257, 4, 258, 16, 262, 1}},
            {Reason.UNDECODABLE, "the palette is missing", new int[] {256, 3, 257, 4, 258, 8, 262, 3}},
            {Reason.UNDECODABLE, "a pixel of 1 samples", new int[] {256, 3, 257, 4, 258, 8, 262, 2}},
            {Reason.UNDECODABLE, "damaged", new int[] {256, 3, 257, 4, 258, 8, 259, 8, 262, 1}},
        };
        for (Object[] tiff : tiffs) {
            int[] fields = (int[]) tiff[2];
            cases.add(new Case(
                    "tiff with " + Arrays.toString(fields),
                    "image/tiff",
                    ImageBytes.tiff(strip, fields),
                    (Reason) tiff[0],
                    (String) tiff[1]));
        }
    }

    private static void falseHeaders(List<Case> cases) {
        int[][] bombs = {
            {65_535, 65_535}, {1_000_000, 1_000_000}, {Integer.MAX_VALUE, 1}, {1, Integer.MAX_VALUE}, {4001, 4000}
        };
        for (int[] sides : bombs) {
            cases.add(png(
                    "png of " + sides[0] + " x " + sides[1],
                    ImageBytes.png(ImageBytes.header(sides[0], sides[1], 8, 0)),
                    Reason.TOO_MANY_PIXELS,
                    "at most 16000000 are decoded"));
        }
        byte[] jpeg = ImageBytes.noise("jpeg", 3, 4, BufferedImage.TYPE_BYTE_GRAY);
        int frame = frame(jpeg);
        for (int side : new int[] {65_500, 32_768, 4001}) {
            byte[] bomb = jpeg.clone();
            ByteBuffer.wrap(bomb).putShort(frame + 5, (short) side).putShort(frame + 7, (short) side);
            cases.add(new Case(
                    "jpeg of " + side + " square", "image/jpeg", bomb, Reason.TOO_MANY_PIXELS, side + " x " + side));
        }
        int[][] headers = {
            {0, 4, 8, 0},
            {3, 0, 8, 0},
            {-1, 4, 8, 0},
            {3, -1, 8, 0},
            {3, 4, 3, 0},
            {3, 4, 64, 0},
            {3, 4, 8, 5},
            {3, 4, 8, 255}
        };
        for (int[] fields : headers) {
            byte[] image = ImageBytes.noise("png", 3, 4, BufferedImage.TYPE_BYTE_GRAY);
            byte[] header = ImageBytes.header(fields[0], fields[1], fields[2], fields[3]);
            System.arraycopy(header, 0, image, 8, header.length);
            cases.add(png("png with header " + Arrays.toString(fields), image, Reason.UNDECODABLE, "png: "));
        }
        byte[] good = ImageBytes.header(3, 4, 8, 0);
        byte[] palette = ImageBytes.header(3, 4, 8, 3);
        cases.add(png("png without data", ImageBytes.png(ImageBytes.header(3, 4, 8, 2)), Reason.UNDECODABLE, "png: "));
        cases.add(png(
                "png that ends at once",
                ImageBytes.png(good, ImageBytes.chunk("IEND", new byte[0])),
                Reason.UNDECODABLE,
                "png: "));
        cases.add(png(
                "png whose data is not compressed",
                ImageBytes.png(good, ImageBytes.chunk("IDAT", new byte[100])),
                Reason.UNDECODABLE,
                "png: "));
        cases.add(png(
                "png with a palette that is not there",
                ImageBytes.png(palette, ImageBytes.chunk("IDAT", new byte[20])),
                Reason.UNDECODABLE,
                "png: "));
        cases.add(png(
                "png with a chunk of 2 GiB",
                ImageBytes.png(good, ImageBytes.chunk("tEXt", new byte[4], Integer.MAX_VALUE)),
                Reason.UNDECODABLE,
                "png: "));
        cases.add(png(
                "png with a chunk of negative length",
                ImageBytes.png(good, ImageBytes.chunk("tEXt", new byte[4], -5)),
                Reason.UNDECODABLE,
                "png: "));
    }

    /** Where the frame header of a JPEG file begins. */
    private static int frame(byte[] jpeg) {
        for (int i = 0; i < jpeg.length; i++) {
            if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) {
                return i;
            }
        }
        throw new IllegalStateException("no frame header");
    }

    private static void otherSizes(List<Case> cases) {
        for (int[] sides : new int[][] {{1, 1}, {4, 3}, {3, 3}, {28, 28}, {300, 4}, {1000, 1000}}) {
            for (String format : List.of("png", "jpeg")) {
                byte[] image = ImageBytes.noise(format, sides[0], sides[1], BufferedImage.TYPE_BYTE_GRAY);
                cases.add(new Case(
                        format + " of " + sides[0] + " x " + sides[1],
                        "image/" + format,
                        image,
                        Reason.WRONG_SHAPE,
                        "the model reads 3 x 4"));
            }
        }
    }

    private static void otherFormats(List<Case> cases) {
        for (String type : List.of("image/png", "image/jpeg")) {
            List<byte[]> payloads = List.of(
                    "<html>503 Service Unavailable</html>".getBytes(UTF_8),
                    "%PDF-1.7".getBytes(UTF_8),
                    "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(UTF_8),
                    new byte[] {0},
                    new byte[8],
                    new byte[100],
                    new byte[10_000]);
            for (byte[] payload : payloads) {
                cases.add(new Case(
                        payload.length + " bytes of something else as " + type,
                        type,
                        payload,
                        Reason.UNDECODABLE,
                        "the file does not begin as one of PNG, JPEG, WebP, GIF, BMP and TIFF does"));
            }
            cases.add(new Case("nothing as " + type, type, new byte[0], Reason.EMPTY, "the payload is empty"));
            cases.add(new Case(
                    "9 MiB as " + type, type, new byte[9 << 20], Reason.TOO_MANY_BYTES, "at most 8388608 are read"));
        }
    }

    private static void contentTypes(List<Case> cases) {
        List<String> types = List.of(
                "",
                " ",
                "image/svg+xml",
                "image/avif",
                "image",
                "text/html; charset=utf-8",
                "application/octet-stream",
                "application/x-tensor",
                "application/x-tensor;",
                "application/x-tensor;dtype=uint8",
                "application/x-tensor;shape=1,4,3",
                "application/x-tensor;dtype=int64;shape=1,4,3",
                "application/x-tensor;dtype=float64;shape=1,4,3",
                "application/x-tensor;dtype=;shape=1,4,3",
                "application/x-tensor;dtype=uint8;shape=",
                "application/x-tensor;dtype=uint8;shape=4,3",
                "application/x-tensor;dtype=uint8;shape=1,1,4,3",
                "application/x-tensor;dtype=uint8;shape=1,-4,3",
                "application/x-tensor;dtype=uint8;shape=0,4,3",
                "application/x-tensor;dtype=uint8;shape=1,4,x",
                "application/x-tensor;dtype=uint8;shape=1;4;3",
                "application/x-tensor;dtype=uint8;shape=1.0,4,3",
                "application/x-tensor;dtype=uint8;shape=99999,99999,99999",
                "application/x-tensor;dtype=uint8;shape=99999999999,1,1",
                "x".repeat(100_000));
        for (String type : types) {
            String name = type.length() > 60 ? "a type of " + type.length() + " characters" : "'" + type + "'";
            cases.add(new Case(name, type, new byte[12], Reason.UNSUPPORTED_CONTENT_TYPE, "content type '"));
        }
    }

    private static void tensors(List<Case> cases) {
        for (int length : new int[] {1, 11, 13, 24, 48, 1_000_000}) {
            cases.add(new Case(
                    length + " bytes for 12", TENSOR, new byte[length], Reason.WRONG_SHAPE, "tensor has 12 bytes"));
        }
        for (int length : new int[] {4, 12, 47, 49, 96}) {
            cases.add(new Case(
                    length + " bytes for 12 floats",
                    FLOATS,
                    new byte[length],
                    Reason.WRONG_SHAPE,
                    "tensor has 48 bytes"));
        }
        for (String shape : List.of("1,3,4", "3,4,3", "1,4,4", "1,1,12", "12,1,1", "1,46340,46340")) {
            cases.add(new Case(
                    "shape " + shape,
                    "application/x-tensor;dtype=uint8;shape=" + shape,
                    new byte[12],
                    Reason.WRONG_SHAPE,
                    "the model reads 1x4x3"));
        }
        float[] values = {
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            -0.01f,
            1.01f,
            255,
            Float.MAX_VALUE,
            -Float.MIN_VALUE
        };
        for (float value : values) {
            for (int place : new int[] {0, 5, 11}) {
                byte[] floats = ByteBuffer.allocate(48)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(4 * place, value)
                        .array();
                cases.add(new Case(
                        value + " at " + place, FLOATS, floats, Reason.NON_FINITE, "value " + place + " is " + value));
            }
        }
    }

    private static Case png(String name, byte[] payload, Reason reason, String detail) {
        return new Case(name, "image/png", payload, reason, detail);
    }

    private static Sample sample(Case bad) {
        return Sample.newBuilder()
                .setId("s")
                .setContentType(bad.contentType())
                .setPayload(ByteString.copyFrom(bad.payload()))
                .build();
    }
}
