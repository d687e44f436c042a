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

    /**
     * The settings of a service.
     *
     * @param keys first part of the keys' names, such as {@code wildstream.teacher.references}
     * @throws IllegalArgumentException naming the key of the first value that cannot work, and what it must be
     */
    public static ReferenceSettings of(String keys, ReferenceConfig config) {
        Values.between(keys + ".timeout", config.timeout(), Duration.ofSeconds(1), Duration.ofMinutes(10));
        Values.between(keys + ".patience", config.patience(), Duration.ZERO, Duration.ofDays(7));
        Values.between(keys + ".parallel", config.parallel(), 1, 256);
        config.caFile()
                .ifPresent(file -> Values.require(
                        Files.isReadable(file), keys + ".ca-file", "a PEM file that can be read", "'" + file + "'"));
        ReferenceConfig.S3 s3 = config.s3();
        Values.require(
                s3.accessKey().isPresent() == s3.secretKey().isPresent(),
                keys + ".s3.access-key",
                "set together with " + keys + ".s3.secret-key",
                "set without it, or the other way round");
        return new ReferenceSettings(
                AllowList.of(
                        keys,
                        config.hosts().orElse(List.of()),
                        config.buckets().orElse(List.of()),
                        config.roots().orElse(List.of())),
                new S3Endpoint(
                        s3.endpoint().orElse(null),
                        s3.region().orElse(null),
                        S3Endpoint.Credentials.of(s3.accessKey(), s3.secretKey())
                                .orElse(null),
                        s3.pathStyle()),
                config.caFile(),
                config.timeout(),
                config.patience(),
                config.parallel());
    }

    /** Settings of a test or of a service that fetches files alone, by the defaults. */
    public static ReferenceSettings files(String keys, List<Path> roots) {
        return new ReferenceSettings(
                AllowList.of(keys, List.of(), List.of(), roots),
                S3Endpoint.AWS,
                Optional.empty(),
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                16);
    }
}
