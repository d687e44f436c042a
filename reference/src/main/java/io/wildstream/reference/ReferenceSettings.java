// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import io.wildstream.service.Values;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * From where is fetched, and how long that may take; checked when made.
 *
 * @param allowed what may be fetched
 * @param store how the S3-compatible store is reached
 * @param authorities PEM file of further certificate authorities
 * @param timeout longest time of one attempt
 * @param patience for so long a store that does not answer is waited for
 * @param parallel most fetches at a time
 */
public record ReferenceSettings(
        AllowList allowed,
        S3Endpoint store,
        Optional<Path> authorities,
        Duration timeout,
        Duration patience,
        int parallel) {

    private static final String KEYS = "wildstream.references";

    /**
     * The settings of a service.
     *
     * @throws IllegalArgumentException naming the key of the first value that cannot work, and what it must be
     */
    public static ReferenceSettings of(ReferenceConfig config) {
        Values.between(KEYS + ".timeout", config.timeout(), Duration.ofSeconds(1), Duration.ofMinutes(10));
        Values.between(KEYS + ".patience", config.patience(), Duration.ZERO, Duration.ofDays(7));
        Values.between(KEYS + ".parallel", config.parallel(), 1, 256);
        config.caFile()
                .ifPresent(file -> Values.require(
                        Files.isReadable(file), KEYS + ".ca-file", "a PEM file that can be read", "'" + file + "'"));
        return new ReferenceSettings(
                AllowList.of(
                        config.hosts().orElse(List.of()),
                        config.buckets().orElse(List.of()),
                        config.roots().orElse(List.of())),
                S3Endpoint.of(KEYS + ".s3", config.s3()),
                config.caFile(),
                config.timeout(),
                config.patience(),
                config.parallel());
    }

    /** Settings by which nothing but files under these directories is fetched. */
    public static ReferenceSettings files(List<Path> roots) {
        return new ReferenceSettings(
                AllowList.of(List.of(), List.of(), roots),
                S3Endpoint.AWS,
                Optional.empty(),
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                16);
    }
}
