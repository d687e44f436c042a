// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads parts and classes off the paths of image files: {@code {train,test}/<class>/<file>}, {@code <class>/<file>},
 * {@code {train,test}/<file>} or {@code <file>}, with or without directories around all of it.
 *
 * <p>The order is the same for a directory and an archive of it: by rank within the class, then by class, so that any
 * first images of a labelled part are balanced; without classes by path.
 *
 * @param classes their names, sorted; empty where there are none
 * @param parts the files of each part
 */
record FolderLayout(List<String> classes, Map<Part, List<LabelledPath>> parts) {
    private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg");
    private static final String UNDERSTOOD =
            "; understood are {train,test}/<class>/<image>, <class>/<image>, {train,test}/<image> and <image>";

    private record Ranked(int rank, LabelledPath path) {}

    private record File(String path, Part part, String className) {}

    /** Whether a file of that name is taken for an image; hidden ones are not. */
    static boolean isImage(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && EXTENSIONS.contains(extension);
    }

    /**
     * Sorts image files into parts and classes.
     *
     * @param origin named in errors
     * @param paths relative, with slashes
     * @throws DataSetException when the paths are of no layout, or of several
     */
    static FolderLayout of(Path origin, Collection<String> paths) {
        List<String> sorted = new ArrayList<>(new TreeSet<>(paths));
        if (sorted.isEmpty()) {
            throw new DataSetException(origin, "holds no .png, .jpg or .jpeg file");
        }
        int start = commonDepth(sorted);
        List<File> files = new ArrayList<>(sorted.size());
        for (String path : sorted) {
            files.add(file(origin, path, start));
        }
        List<String> classes = classes(origin, files);
        return new FolderLayout(classes, parts(files, classes));
    }

    /** How many leading directories all paths share, not counting one that names a part. */
    private static int commonDepth(List<String> paths) {
        String[] first = paths.get(0).split("/", -1);
        int depth = 0;
        while (depth < first.length - 1 && partOf(first[depth]) == null) {
            int at = depth;
            if (!paths.stream().allMatch(path -> shares(path.split("/", -1), first, at))) {
                break;
            }
            depth++;
        }
        return depth;
    }

    private static boolean shares(String[] directories, String[] first, int at) {
        return directories.length > at + 1 && directories[at].equals(first[at]);
    }

    private static File file(Path origin, String path, int start) {
        String[] names = path.split("/", -1);
        int depth = names.length - 1 - start;
        Part part = depth == 0 ? null : partOf(names[start]);
        int left = part == null ? depth : depth - 1;
        if (left > 1) {
            throw new DataSetException(origin, path, "is in too many directories" + UNDERSTOOD);
        }
        return new File(path, part == null ? Part.TRAIN : part, left == 0 ? "" : names[names.length - 2]);
    }

    private static @Nullable Part partOf(String directory) {
        return switch (directory) {
            case "train" -> Part.TRAIN;
            case "test" -> Part.TEST;
            default -> null;
        };
    }

    private static List<String> classes(Path origin, List<File> files) {
        TreeSet<String> classes = new TreeSet<>();
        for (File file : files) {
            classes.add(file.className());
        }
        if (classes.size() == 1 && classes.first().isEmpty()) {
            return List.of();
        }
        if (classes.first().isEmpty()) {
            String odd = files.stream()
                    .filter(file -> file.className().isEmpty())
                    .findFirst()
                    .orElseThrow()
                    .path();
            throw new DataSetException(origin, odd, "is beside directories of classes" + UNDERSTOOD);
        }
        return List.copyOf(classes);
    }

    private static Map<Part, List<LabelledPath>> parts(List<File> files, List<String> classes) {
        Map<String, Integer> labels = new HashMap<>();
        for (int i = 0; i < classes.size(); i++) {
            labels.put(classes.get(i), i);
        }
        Map<Part, List<Ranked>> ranked = new EnumMap<>(Part.class);
        Map<String, Integer> ranks = new HashMap<>();
        for (File file : files) {
            int label = labels.getOrDefault(file.className(), Images.NO_LABEL);
            int rank = ranks.merge(file.part() + "/" + file.className(), 1, Integer::sum);
            ranked.computeIfAbsent(file.part(), part -> new ArrayList<>())
                    .add(new Ranked(rank, new LabelledPath(file.path(), label)));
        }
        Map<Part, List<LabelledPath>> parts = new EnumMap<>(Part.class);
        ranked.forEach((part, list) -> parts.put(
                part,
                list.stream()
                        .sorted(Comparator.comparingInt(Ranked::rank)
                                .thenComparingInt(each -> each.path().label()))
                        .map(Ranked::path)
                        .toList()));
        return parts;
    }
}
