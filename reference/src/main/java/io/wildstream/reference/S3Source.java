// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import io.wildstream.contracts.sample.Address;
import io.wildstream.reference.ReferenceException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Objects of the S3-compatible store. */
final class S3Source implements AutoCloseable {

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final String NO_BUCKET = "NoSuchBucket";
    /** Refusals of the operator's own keys: the objects can be had as soon as those are right. */
    private static final Set<String> BAD_KEYS = Set.of(
            "ExpiredToken",
            "InvalidAccessKeyId",
            "InvalidToken",
            "RequestTimeTooSkewed",
            "SignatureDoesNotMatch",
            "TokenRefreshRequired");

    private final S3Client client;

    /** Nothing is asked yet. */
    S3Source(S3Endpoint store) {
        this.client = store.client()
                .overrideConfiguration(all -> all.retryStrategy(retries -> retries.maxAttempts(1)))
                .build();
    }

    byte[] fetch(Address.S3Object object, BoundedRead bounds) throws ReferenceException {
        try {
            ResponseInputStream<GetObjectResponse> body = client.getObject(get -> get.bucket(object.bucket())
                    .key(object.key())
                    .overrideConfiguration(call -> call.apiCallTimeout(Duration.ofNanos(bounds.nanosLeft()))));
            try {
                byte[] bytes = bounds.all(body);
                body.close();
                return complete(object, body.response().contentLength(), bytes);
            } catch (IOException | ReferenceException | RuntimeException e) {
                body.abort();
                throw e;
            }
        } catch (AwsServiceException e) {
            throw refused(object, e);
        } catch (SdkException | IOException e) {
            throw new ReferenceException(
                    Reason.UNAVAILABLE,
                    object + ": the store does not answer: " + e.getMessage()
                            + "; check wildstream.references.s3.endpoint, .region, .access-key and .secret-key");
        }
    }

    /** The HTTP client takes a connection that breaks for the end of the body. */
    private static byte[] complete(Address.S3Object object, @Nullable Long length, byte[] bytes)
            throws ReferenceException {
        if (length != null && bytes.length < length) {
            throw new ReferenceException(
                    Reason.UNAVAILABLE, object + ": only " + bytes.length + " of " + length + " bytes came");
        }
        return bytes;
    }

    private static ReferenceException refused(Address.S3Object object, AwsServiceException e) {
        AwsErrorDetails details = e.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        String said =
                object + ": the store answers " + e.statusCode() + " " + (code.isEmpty() ? "without a code" : code);
        return switch (e.statusCode()) {
            case NOT_FOUND, GONE ->
                // Without a code it was not the store that answered, but something before it.
                code.equals(NO_BUCKET) || code.isEmpty()
                        ? new ReferenceException(
                                Reason.UNAVAILABLE, said + "; check wildstream.references.buckets and .s3.endpoint")
                        : new ReferenceException(Reason.NOT_FOUND, said);
            case FORBIDDEN ->
                BAD_KEYS.contains(code)
                        ? new ReferenceException(
                                Reason.UNAVAILABLE,
                                said + "; check wildstream.references.s3.access-key and .secret-key")
                        : new ReferenceException(
                                Reason.NOT_ALLOWED,
                                said
                                        + "; the keys of wildstream.references.s3 may not read it, or may not list what is not there");
            default ->
                new ReferenceException(
                        Reason.UNAVAILABLE, said + "; check wildstream.references.s3.endpoint and .region");
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
