// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.config;

import io.wildstream.reference.S3Endpoint;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place on an S3-compatible store and how to reach it.
 *
 * @param bucket an existing bucket
 * @param prefix first part of every key, without slashes at its ends; empty for none
 * @param store how the store is reached
 * @param cache where fetched checkpoints are kept for the next start; null for a temporary directory
 */
public record S3Location(
        String bucket,
        String prefix,
        S3Endpoint store,
        @Nullable Path cache) {

    private static final Pattern URL = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([^\\s]*))?");

    /** Whether a place is meant for this kind of store. */
    public static boolean isMeantBy(String place) {
        return place.startsWith("s3:");
    }

    /**
     * A location on AWS itself, by the SDK's own settings.
     *
     * @param url {@code s3://bucket} or {@code s3://bucket/prefix}
     * @return empty when the URL has another form
     */
    public static Optional<S3Location> of(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String prefix = matcher.group(2) == null ? "" : matcher.group(2).replaceAll("^/+|/+$", "");
        return Optional.of(new S3Location(matcher.group(1), prefix, S3Endpoint.AWS, null));
    }

    /** Key of something below the prefix. */
    public String key(String path) {
        return prefix.isEmpty() ? path : prefix + "/" + path;
    }

    /** The location as it is configured. */
    public String url() {
        return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
    }
}
