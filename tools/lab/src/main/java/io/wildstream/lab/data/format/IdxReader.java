// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.ImageHeader;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Part;
import io.wildstream.lab.data.RawImages;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A directory of IDX files as MNIST comes: {@code train-} and {@code t10k-images-idx3-ubyte} with labels beside them,
 * each plain or compressed by gzip. The images of a part without a labels file have no labels.
 */
final class IdxReader {
    private static final Pattern NAME = Pattern.compile("(train|t10k|test)-(images-idx3|labels-idx1)-ubyte(\\.gz)?");
    private static final int IMAGES_MAGIC = 0x803;
    private static final int LABELS_MAGIC = 0x801;
    private static final int GZIP_MAGIC = 0x1f8b;
    /** Most bytes of images or labels that a file may promise: they are kept in memory. */
    private static final int MAX_BYTES = 1 << 30;
    /** Bytes that gzip makes of one at most, by the format. */
    private static final int GZIP_RATIO = 1032;

    private IdxReader() {}

    static boolean accepts(Path directory) throws IOException {
        return !files(directory).isEmpty();
    }

    static DataSet read(Path directory, String name, List<String> classes) throws IOException {
        Map<String, Path> files = files(directory);
        Map<Part, Images> parts = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            Path images = files.get(part + " images-idx3");
            Path labels = files.get(part + " labels-idx1");
            if (images != null) {
                parts.put(part, part(images, labels));
            } else if (labels != null) {
                throw new DataSetException(labels, "labels without a file of images beside them");
            }
        }
        List<ImageShape> shapes = parts.values().stream()
                .map(images -> images.shape(0))
                .distinct()
                .toList();
        if (shapes.size() > 1) {
            throw new DataSetException(
                    directory, "images of the train part are " + shapes.get(0) + ", of the test part " + shapes.get(1));
        }
        return new DataSet(name, shapes.get(0), classes, parts);
    }

    private static Map<String, Path> files(Path directory) throws IOException {
        Map<String, Path> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (!name.matches()) {
                    continue;
                }
                Part part = name.group(1).equals("train") ? Part.TRAIN : Part.TEST;
                Path other = found.put(part + " " + name.group(2), file);
                if (other != null) {
                    throw new DataSetException(
                            file, "holds the same part as " + other.getFileName() + "; keep one of them");
                }
            }
        }
        return found;
    }

    private static Images part(Path imagesFile, @Nullable Path labelsFile) throws IOException {
        RawImages unlabelled = images(imagesFile);
        if (labelsFile == null) {
            return unlabelled;
        }
        return unlabelled.withLabels(labels(labelsFile, imagesFile, unlabelled.size()));
    }

    private static RawImages images(Path file) throws IOException {
        return read(file, (in, most) -> {
            magic(file, in, IMAGES_MAGIC, "IDX images");
            int count = in.readInt();
            int height = in.readInt();
            int width = in.readInt();
            ImageShape shape;
            try {
                shape = ImageHeader.shape(1, height, width);
            } catch (IllegalArgumentException e) {
                throw new DataSetException(file, "impossible header: " + e.getMessage(), e);
            }
            return new RawImages(shape, body(file, in, most, count, shape.values()), new byte[0]);
        });
    }

    private static byte[] labels(Path file, Path imagesFile, int images) throws IOException {
        return read(file, (in, most) -> {
            magic(file, in, LABELS_MAGIC, "IDX labels");
            int count = in.readInt();
            if (count > 0 && count != images) {
                throw new DataSetException(
                        file, "has " + count + " labels for the " + images + " images of " + imagesFile.getFileName());
            }
            return body(file, in, most, count, 1);
        });
    }

    private static void magic(Path file, DataInputStream in, int wanted, String what) throws IOException {
        int magic = in.readInt();
        if (magic != wanted) {
            throw new DataSetException(
                    file,
                    String.format("bad magic number 0x%08x; a file of %s begins with 0x%08x", magic, what, wanted));
        }
    }

    /** Takes no more memory than the file can fill, and reads no further than its header promises. */
    private static byte[] body(Path file, DataInputStream in, long most, int count, int size) throws IOException {
        long promised = (long) count * size;
        if (count < 1 || promised > MAX_BYTES) {
            throw new DataSetException(
                    file,
                    "its header promises " + count + " items of " + size + " bytes: none, or too many; at most "
                            + MAX_BYTES + " bytes are read");
        }
        byte[] body = new byte[(int) Math.min(promised, most)];
        int read = in.readNBytes(body, 0, body.length);
        if (read < promised) {
            throw new DataSetException(file, "truncated: its header promises " + promised + " bytes, it holds " + read);
        }
        if (in.read() >= 0) {
            throw new DataSetException(file, "holds more than the " + promised + " bytes that its header promises");
        }
        return body;
    }

    /** What is done with an open file, whose content has so many bytes at most. */
    private interface Reading<T> {
        T from(DataInputStream in, long most) throws IOException;
    }

    private static <T> T read(Path file, Reading<T> reading) throws IOException {
        long size = Files.size(file);
        try (BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            if (!isGzip(in)) {
                return reading.from(new DataInputStream(in), size);
            }
            InputStream content = new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16);
            return reading.from(new DataInputStream(content), size * GZIP_RATIO);
        } catch (EOFException e) {
            throw new DataSetException(file, "truncated", e);
        } catch (ZipException e) {
            throw new DataSetException(file, "damaged: " + e.getMessage(), e);
        }
    }

    private static boolean isGzip(BufferedInputStream in) throws IOException {
        in.mark(2);
        int magic = in.read() << 8 | in.read();
        in.reset();
        return magic == GZIP_MAGIC;
    }
}
