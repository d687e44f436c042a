// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.feed;

import com.google.protobuf.UnsafeByteOperations;
import io.wildstream.contracts.sample.SampleFormat;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.Digests;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.ImageHeader;
import io.wildstream.lab.data.format.FileSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of a directory or an archive as samples: directories take turns, so that no class comes all at once, and in each the files are
 * in the order of their names. Where there are the directories {@code train} and {@code test} beside each other, {@code test} stays out.
 */
final class FedFiles {

    private static final String TEST = "test/";
    private static final int LONGEST_TEXT = 256;
    private static final int DIGEST_DIGITS = 16;

    private final FileSet files;
    private final String source;
    private final FedCounts counts;
    private final List<String> order;
    private final Set<String> testParts;

    private record Ranked(int rank, String path) {}

    FedFiles(FileSet files, FedCounts counts) {
        this.files = files;
        this.source = text(files.name());
        this.counts = counts;
        files.skipped().forEach((path, kind) -> counts.skip(kind, files.name() + "/" + path));
        this.order = order(files.paths());
        this.testParts = testParts(files.paths());
    }

    private static List<String> order(List<String> paths) {
        Map<String, Integer> next = new HashMap<>();
        List<Ranked> ranked = new ArrayList<>();
        for (String path : paths) {
            ranked.add(new Ranked(next.merge(directory(path), 1, Integer::sum), path));
        }
        // a stable sort: within a rank the paths stay sorted
        ranked.sort(Comparator.comparingInt(Ranked::rank));
        return ranked.stream().map(Ranked::path).toList();
    }

    private static String directory(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    int size() {
        return order.size();
    }

    /** The sample of a file; null for a file that is left out, which is counted. */
    @Nullable Sample sample(int index) {
        String path = order.get(index);
        String shown = files.name() + "/" + path;
        String reason = leftOut(path);
        if (reason != null) {
            counts.leaveOut(reason, shown);
            return null;
        }
        byte[] bytes;
        try {
            bytes = files.content().of(path);
        } catch (IOException e) {
            counts.leaveOut("unreadable", shown);
            return null;
        }
        Optional<SampleFormat> format = SampleFormat.ofFirstBytes(bytes);
        if (format.isEmpty()) {
            counts.leaveOut(FileKind.of(bytes), shown);
            return null;
        }
        Sample sample = Sample.newBuilder()
                .setId(text(shown))
                .setSource(source)
                .setContentType(format.get().mediaType())
                .setPayload(UnsafeByteOperations.unsafeWrap(bytes))
                .build();
        return counts.counted(sample, shape(bytes));
    }

    private @Nullable String leftOut(String path) {
        for (String name : path.split("/", -1)) {
            if (name.startsWith(".")) {
                return "hidden file";
            }
        }
        return testParts.stream().anyMatch(path::startsWith) ? "image of a test part" : null;
    }

    /** Directories called "test" that have one called "train" beside them. */
    private static Set<String> testParts(List<String> paths) {
        Set<String> directories = new HashSet<>();
        for (String path : paths) {
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                directories.add(path.substring(0, slash + 1));
            }
        }
        Set<String> tests = new HashSet<>(directories);
        tests.removeIf(directory -> !("/" + directory).endsWith("/" + TEST)
                || !directories.contains(directory.substring(0, directory.length() - TEST.length()) + "train/"));
        return tests;
    }

    private static @Nullable ImageShape shape(byte[] bytes) {
        try {
            return ImageHeader.shape(bytes);
        } catch (IllegalArgumentException e) {
            return null; // the cluster says what is wrong with it
        }
    }

    /** As a gateway takes it: without control characters, and not too long; what differs stays different. */
    private static String text(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", "?");
        if (plain.equals(name) && name.length() <= LONGEST_TEXT) {
            return name;
        }
        MessageDigest sha256 = Digests.newSha256();
        sha256.update(name.getBytes(StandardCharsets.UTF_8));
        String digest = Digests.hex(sha256).substring(0, DIGEST_DIGITS);
        return plain.substring(0, Math.min(plain.length(), LONGEST_TEXT - DIGEST_DIGITS - 1)) + "~" + digest;
    }
}
