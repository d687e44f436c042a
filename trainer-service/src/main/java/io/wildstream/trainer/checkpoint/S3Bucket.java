// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.v1.CheckpointFile;
import io.wildstream.trainer.config.S3Location;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** One bucket of an S3-compatible store: put, get, list and delete, with failures as {@link IOException} that name the key to fix. */
final class S3Bucket implements AutoCloseable {

    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;

    private final S3Location location;
    private final S3Client client;

    /**
     * A bucket; nothing is asked yet.
     *
     * @throws IOException when the client lacks a setting
     */
    S3Bucket(S3Location location) throws IOException {
        this.location = location;
        this.client = guarded("opening", () -> location.store().client().build());
    }

    /** Stores a file; the store gets its SHA-256 and refuses other bytes. */
    void put(String key, Path file, CheckpointFile described) throws IOException {
        String digest = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(described.getSha256()));
        guarded(
                "writing " + key,
                () -> client.putObject(
                        put -> put.bucket(location.bucket()).key(key).checksumSHA256(digest),
                        RequestBody.fromFile(file)));
    }

    /** Fetches a file; false when there is none. */
    boolean get(String key, Path file) throws IOException {
        Files.deleteIfExists(file);
        return guarded("reading " + key, () -> {
            try {
                client.getObject(get -> get.bucket(location.bucket()).key(key), ResponseTransformer.toFile(file));
                return true;
            } catch (NoSuchKeyException e) {
                return false;
            }
        });
    }

    /** All keys that begin so, in alphabetical order. */
    List<String> list(String prefix) throws IOException {
        return guarded("listing " + prefix, () -> {
            List<String> keys = new ArrayList<>();
            client.listObjectsV2Paginator(list -> list.bucket(location.bucket()).prefix(prefix)).contents().stream()
                    .map(S3Object::key)
                    .forEach(keys::add);
            return keys;
        });
    }

    /** Removes everything below a key that ends with a slash. */
    void deleteAll(String prefix) throws IOException {
        for (String key : list(prefix)) {
            guarded(
                    "removing " + key,
                    () -> client.deleteObject(
                            delete -> delete.bucket(location.bucket()).key(key)));
        }
    }

    private <T> T guarded(String doing, Supplier<T> call) throws IOException {
        try {
            return call.get();
        } catch (AbortedException e) {
            ClosedByInterruptException interrupted = new ClosedByInterruptException();
            interrupted.initCause(e);
            throw interrupted;
        } catch (SdkException e) {
            throw new IOException(location.url() + ": " + doing + " failed: " + e.getMessage() + advice(e), e);
        }
    }

    private String advice(SdkException e) {
        if (!(e instanceof AwsServiceException answer)) {
            return "; check wildstream.trainer.s3.endpoint, .region, .access-key and .secret-key";
        }
        return switch (answer.statusCode()) {
            case NOT_FOUND ->
                "; make the bucket '" + location.bucket() + "' or name another in wildstream.trainer.checkpoints";
            case FORBIDDEN ->
                "; check wildstream.trainer.s3.access-key and .secret-key, and that they may read, write, list and delete in '"
                        + location.bucket() + "'";
            default -> "";
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
