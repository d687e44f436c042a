// SPDX-License-Identifier: Apache-2.0
package io.wildstream.images;

import io.wildstream.cluster.ClusterException;
import java.util.Arrays;

/** A processor architecture for which every native library exists. */
enum Architecture {
    AMD64("amd64", "linux-x86_64", "linux64", "Linux/x86_64", "linux-x86-64"),
    ARM64("aarch64", "linux-aarch64", "linux-aarch64", "Linux/aarch64", "linux-aarch64");

    private final String osName;
    private final String djl;
    private final String rocksdb;
    private final String snappy;
    private final String jna;

    Architecture(String osName, String djl, String rocksdb, String snappy, String jna) {
        this.osName = osName;
        this.djl = djl;
        this.rocksdb = rocksdb;
        this.snappy = snappy;
        this.jna = jna;
    }

    /**
     * Finds one by what {@code os.arch}, {@code uname -m} or an image's platform call it.
     *
     * @throws ClusterException when there is none
     */
    static Architecture of(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> AMD64;
            case "arm64", "aarch64" -> ARM64;
            default ->
                throw new ClusterException("there are no native libraries for the architecture '" + name
                        + "': use one of " + Arrays.asList("amd64", "arm64"));
        };
    }

    /** As Java's {@code os.arch}, which lz4 and zstd use too. */
    String osName() {
        return osName;
    }

    /** As DJL's classifiers and brotli's. */
    String djl() {
        return djl;
    }

    /** As in RocksDB's file names. */
    String rocksdb() {
        return rocksdb;
    }

    /** As in Snappy's paths. */
    String snappy() {
        return snappy;
    }

    /** As in JNA's paths. */
    String jna() {
        return jna;
    }
}
