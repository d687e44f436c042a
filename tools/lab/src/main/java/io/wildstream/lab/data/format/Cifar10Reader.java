// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Part;
import io.wildstream.lab.data.RawImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A directory of CIFAR-10's binary files: records of one label byte and 3x32x32 bytes. */
final class Cifar10Reader {
    private static final Pattern TRAIN = Pattern.compile("data_batch_\\d+\\.bin");
    private static final Pattern TEST = Pattern.compile("test_batch\\.bin");
    private static final ImageShape SHAPE = new ImageShape(3, 32, 32);
    private static final int RECORD = 1 + SHAPE.values();
    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private Cifar10Reader() {}

    static boolean accepts(Path directory) throws IOException {
        return !files(directory, TRAIN).isEmpty() || !files(directory, TEST).isEmpty();
    }

    static DataSet read(Path directory, String name) throws IOException {
        Map<Part, Images> parts = new EnumMap<>(Part.class);
        List<Path> train = files(directory, TRAIN);
        if (!train.isEmpty()) {
            parts.put(Part.TRAIN, images(train));
        }
        List<Path> test = files(directory, TEST);
        if (!test.isEmpty()) {
            parts.put(Part.TEST, images(test));
        }
        return new DataSet(name, SHAPE, CLASSES, parts);
    }

    private static List<Path> files(Path directory, Pattern name) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(
                            file -> name.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.comparingInt(
                                    (Path file) -> file.getFileName().toString().length())
                            .thenComparing(Path::getFileName))
                    .toList();
        }
    }

    private static Images images(List<Path> files) throws IOException {
        long total = 0;
        for (Path file : files) {
            total += records(file);
        }
        if (total * SHAPE.values() > Integer.MAX_VALUE - 8) {
            throw new DataSetException(files.get(0), "too many images: " + total + " in all batches");
        }
        byte[] values = new byte[(int) total * SHAPE.values()];
        byte[] labels = new byte[(int) total];
        int next = 0;
        for (Path file : files) {
            byte[] batch = Files.readAllBytes(file);
            for (int at = 0; at < batch.length; at += RECORD) {
                labels[next] = label(file, batch, at);
                System.arraycopy(batch, at + 1, values, next * SHAPE.values(), SHAPE.values());
                next++;
            }
        }
        return new RawImages(SHAPE, values, labels);
    }

    private static long records(Path file) throws IOException {
        long size = Files.size(file);
        if (size == 0 || size % RECORD != 0) {
            throw new DataSetException(
                    file,
                    "truncated, or not CIFAR-10: its " + size + " bytes are not a whole number of records of "
                            + RECORD);
        }
        return size / RECORD;
    }

    private static byte label(Path file, byte[] batch, int at) {
        int label = batch[at] & 0xff;
        if (label >= CLASSES.size()) {
            throw new DataSetException(
                    file, "record " + at / RECORD + " has label " + label + "; CIFAR-10 has labels 0 to 9");
        }
        return batch[at];
    }
}
