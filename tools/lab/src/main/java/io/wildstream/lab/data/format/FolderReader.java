// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Image files in directories; each is read when it is asked for. */
final class FolderReader {
    private static final long MAX_FILE_BYTES = 16L << 20;

    private FolderReader() {}

    static boolean accepts(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.anyMatch(FolderReader::isImageFile);
        }
    }

    static DataSet read(Path directory, String name) throws IOException {
        List<String> paths;
        try (Stream<Path> files = Files.walk(directory)) {
            paths = files.filter(FolderReader::isImageFile)
                    .map(directory::relativize)
                    .map(path -> path.toString().replace('\\', '/'))
                    .toList();
        }
        return dataSet(directory, name, FolderLayout.of(directory, paths), path -> load(directory.resolve(path)));
    }

    /** A pipe or a device of that name would have no end. */
    private static boolean isImageFile(Path file) {
        return FolderLayout.isImage(file.toString().replace('\\', '/')) && Files.isRegularFile(file);
    }

    /** The set that a layout describes, its files loaded by the given loader. */
    static DataSet dataSet(Path origin, String name, FolderLayout layout, EncodedImages.Loader loader) {
        Map<Part, Images> parts = new EnumMap<>(Part.class);
        layout.parts().forEach((part, files) -> parts.put(part, new EncodedImages(origin, files, loader)));
        ImageShape shape = parts.values().iterator().next().shape(0);
        return new DataSet(name, shape, layout.classes(), parts);
    }

    private static byte[] load(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_FILE_BYTES) {
            throw new IOException("has " + size + " bytes, more than the " + MAX_FILE_BYTES + " allowed for an image");
        }
        return Files.readAllBytes(file);
    }
}
