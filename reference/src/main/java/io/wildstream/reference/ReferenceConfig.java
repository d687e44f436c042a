// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * From where teachers, and trainers of students that learn by references, fetch what samples refer to: {@code wildstream.references.*}.
 * Without hosts, buckets and roots, the default, every reference is refused.
 */
@ConfigMapping(prefix = "wildstream.references")
public interface ReferenceConfig {

    /**
     * Web servers, with commas: {@code host} for port 443, {@code host:port}, {@code *.suffix} for all names that end so, and
     * {@code http://host:port} for one without TLS. One with a private or loopback address must be named with its port.
     */
    Optional<List<String>> hosts();

    /** Buckets of the S3-compatible store, with commas. */
    Optional<List<String>> buckets();

    /** Directories under which files are read, with commas; a symbolic link may not lead out of them. */
    Optional<List<Path>> roots();

    /** PEM file of further authorities whose certificates web servers may have; by default those of the Java platform alone. */
    Optional<Path> caFile();

    /** How the S3-compatible store is reached. */
    S3 s3();

    /** Longest time of one attempt to fetch something, 1 s to 10 min; default 30 s. */
    @WithDefault("30s")
    Duration timeout();

    /** For so long a store that does not answer is waited for, 0 to 7 days; default 10 min. */
    @WithDefault("10m")
    Duration patience();

    /** Most fetches at a time, 1 to 256; default 16. */
    @WithDefault("16")
    int parallel();

    /** An S3-compatible store. */
    interface S3 extends S3Keys {}
}
