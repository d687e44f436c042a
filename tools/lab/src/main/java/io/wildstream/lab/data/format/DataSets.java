// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Opens an image set from a directory or an archive; its content shows what it is.
 *
 * <p>Understood are directories of IDX files (MNIST and its kin), directories of CIFAR-10's binary files, directories of
 * PNG and JPEG files, and tar archives of such images, plain or compressed by gzip or xz. IDX, CIFAR-10 and archives are
 * held in memory as stored; image files in directories are read one by one.
 */
public final class DataSets {
    private static final Pattern ARCHIVE = Pattern.compile("(.+?)\\.(tar|tar\\.gz|tgz|tar\\.xz|txz)");
    private static final int HEAD_BYTES = 512;
    /** IDX files hold no names of classes; these are the published ones. */
    private static final Map<String, List<String>> KNOWN_CLASSES = Map.of(
            "fashion-mnist",
            List.of(
                    "t-shirt/top",
                    "trouser",
                    "pullover",
                    "dress",
                    "coat",
                    "sandal",
                    "shirt",
                    "sneaker",
                    "bag",
                    "ankle boot"),
            "mnist",
            List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));

    private DataSets() {}

    /**
     * Opens an image set. Its name is that of the directory, or of the archive without its ending.
     *
     * @throws DataSetException naming the file at fault and what is wrong with it
     */
    public static DataSet open(Path path) {
        String name = name(path);
        try {
            if (Files.isDirectory(path)) {
                // The real path: a walk does not enter a link.
                return openDirectory(path.toRealPath(), name);
            }
            requireArchive(path);
            return TarReader.read(path, name);
        } catch (IOException e) {
            throw new DataSetException(path, "cannot be read: " + e, e);
        } catch (UncheckedIOException e) {
            throw new DataSetException(path, "cannot be read: " + e.getCause(), e);
        }
    }

    /**
     * The single files of a directory or an archive; empty for a directory of IDX or CIFAR-10 files, whose images are not files.
     *
     * @throws DataSetException naming the file at fault and what is wrong with it
     */
    public static Optional<FileSet> files(Path path) {
        String name = name(path);
        try {
            if (Files.isDirectory(path)) {
                Path directory = path.toRealPath();
                boolean arrays = IdxReader.accepts(directory) || Cifar10Reader.accepts(directory);
                return arrays ? Optional.empty() : Optional.of(DirectoryFiles.list(directory, name));
            }
            requireArchive(path);
            return Optional.of(TarReader.files(path, name));
        } catch (IOException e) {
            throw new DataSetException(path, "cannot be read: " + e, e);
        }
    }

    private static DataSet openDirectory(Path directory, String name) throws IOException {
        if (IdxReader.accepts(directory)) {
            return IdxReader.read(
                    directory, name, KNOWN_CLASSES.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
        }
        if (Cifar10Reader.accepts(directory)) {
            return Cifar10Reader.read(directory, name);
        }
        if (FolderReader.accepts(directory)) {
            return FolderReader.read(directory, name);
        }
        String archives;
        try (Stream<Path> files = Files.list(directory)) {
            archives = files.map(file -> file.getFileName().toString())
                    .filter(file -> ARCHIVE.matcher(file).matches())
                    .sorted()
                    .collect(Collectors.joining(", "));
        }
        if (!archives.isEmpty()) {
            throw new DataSetException(directory, "holds archives, not images; name one of them: " + archives);
        }
        throw new DataSetException(
                directory,
                "is not an image set: it holds no *-images-idx3-ubyte[.gz], no data_batch_*.bin and no .png, .jpg or"
                        + " .jpeg file");
    }

    private static void requireArchive(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new DataSetException(file, "does not exist");
        }
        String name = file.getFileName().toString();
        if (name.contains("-ubyte") || name.endsWith(".bin")) {
            throw new DataSetException(file, "is one file of an image set; name the directory that it is in");
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        if (!TarReader.accepts(head)) {
            throw new DataSetException(file, "is neither a directory nor a tar archive (plain, gzip or xz)");
        }
    }

    private static String name(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        String name = last == null ? "images" : last.toString();
        Matcher archive = ARCHIVE.matcher(name);
        return archive.matches() ? archive.group(1) : name;
    }
}
