// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import io.wildstream.service.Values;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * How an S3-compatible store is reached.
 *
 * @param url of the store; null for AWS itself
 * @param region null for the one that the SDK finds in its environment, or {@code us-east-1} with a URL
 * @param credentials null for the SDK's own chain: environment, profile, instance role
 * @param pathStyle whether the bucket is part of the path of a URL and not of its host
 */
public record S3Endpoint(
        @Nullable URI url,
        @Nullable String region,
        @Nullable Credentials credentials,
        boolean pathStyle) {

    /** AWS itself, by the SDK's own settings. */
    public static final S3Endpoint AWS = new S3Endpoint(null, null, null, false);

    /** A pair of keys. The secret is not printed. */
    public record Credentials(String accessKey, String secretKey) {

        /** The pair, when both are there. */
        public static Optional<Credentials> of(Optional<String> accessKey, Optional<String> secretKey) {
            return accessKey.flatMap(access -> secretKey.map(secret -> new Credentials(access, secret)));
        }

        @Override
        public String toString() {
            return "access key " + accessKey;
        }
    }

    /**
     * The store that keys name.
     *
     * @param prefix what the keys begin with, without a dot at its end
     * @throws IllegalArgumentException naming the key of one half of the credentials that is set without the other
     */
    public static S3Endpoint of(String prefix, S3Keys keys) {
        Values.require(
                keys.accessKey().isPresent() == keys.secretKey().isPresent(),
                prefix + ".access-key",
                "set together with " + prefix + ".secret-key",
                "set without it, or the other way round");
        return new S3Endpoint(
                keys.endpoint().orElse(null),
                keys.region().orElse(null),
                Credentials.of(keys.accessKey(), keys.secretKey()).orElse(null),
                keys.pathStyle());
    }

    /** The settings of a client; nothing is asked yet. */
    public S3ClientBuilder client() {
        // Checksum trailers, the SDK's default, are refused by older compatible stores; every file has a SHA-256 of its
        // own here.
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .forcePathStyle(pathStyle)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        if (url != null) {
            builder.endpointOverride(url);
        }
        if (region != null) {
            builder.region(Region.of(region));
        } else if (url != null) {
            builder.region(Region.US_EAST_1); // a compatible store has no regions, a signature names one
        }
        if (credentials != null) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey())));
        }
        return builder;
    }
}
