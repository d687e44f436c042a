// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wildstream.contracts.v1.Reference;
import io.wildstream.reference.ReferenceException.Reason;
import io.wildstream.reference.testkit.S3Server;
import io.wildstream.reference.testkit.WebServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;

@Tag("slow")
class S3SourceTest {

    private static final int MAX = 1000;

    private static ReferenceReader reader(S3Endpoint store, String bucket) {
        return new ReferenceReader(new ReferenceSettings(
                AllowList.of(List.of(), List.of(bucket, "absent-bucket"), List.of()),
                store,
                Optional.empty(),
                Duration.ofSeconds(30),
                Duration.ofMinutes(1),
                4));
    }

    private static S3Endpoint at(int port) {
        return new S3Endpoint(
                URI.create("http://localhost:" + port), null, new S3Endpoint.Credentials("key", "secret"), true);
    }

    private static Reference to(String address) {
        return Reference.newBuilder().setAddress(address).build();
    }

    private static ReferenceException refusal(ReferenceReader reader, String address) {
        return catchThrowableOfType(ReferenceException.class, () -> reader.fetch(to(address), MAX));
    }

    @Test
    void readsObjects() throws Exception {
        try (S3Server server = new S3Server();
                ReferenceReader reader = reader(server.reached(), S3Server.BUCKET)) {
            // Given
            String bucket = "s3://" + S3Server.BUCKET + "/";
            for (String key : List.of("a/b c+d.jpg", "图.jpg", "larger")) {
                byte[] bytes = key.equals("larger") ? new byte[MAX + 1] : key.getBytes(UTF_8);
                server.client().putObject(put -> put.bucket(S3Server.BUCKET).key(key), RequestBody.fromBytes(bytes));
            }

            // Then
            assertThat(reader.fetch(to(bucket + "a/b c+d.jpg"), MAX).bytes().toString(UTF_8))
                    .isEqualTo("a/b c+d.jpg");
            assertThat(reader.fetch(to(bucket + "图.jpg"), MAX).bytes().toString(UTF_8))
                    .isEqualTo("图.jpg");
            assertThat(refusal(reader, bucket + "larger").reason()).isEqualTo(Reason.TOO_LARGE);
            assertThat(refusal(reader, bucket + "absent").reason()).isEqualTo(Reason.NOT_FOUND);
            assertThat(refusal(reader, "s3://absent-bucket/a").reason()).isEqualTo(Reason.UNAVAILABLE);
            assertThat(refusal(reader, "s3://other/a").reason()).isEqualTo(Reason.NOT_ALLOWED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, NOT_ALLOWED",
        "403, InvalidAccessKeyId, UNAVAILABLE",
        "403, SignatureDoesNotMatch, UNAVAILABLE",
        "404, NoSuchKey, NOT_FOUND",
        "404, NoSuchBucket, UNAVAILABLE",
        "503, SlowDown, UNAVAILABLE",
        "500, InternalError, UNAVAILABLE",
        "400, AuthorizationHeaderMalformed, UNAVAILABLE"
    })
    void knowsWhatAnotherAttemptCanChange(int status, String code, Reason reason) throws Exception {
        try (WebServer server = WebServer.plain();
                ReferenceReader reader = reader(at(server.port()), "photos")) {
            // Given
            byte[] body = ("<Error><Code>" + code + "</Code><Message>m</Message></Error>").getBytes(UTF_8);
            server.answer(
                    "/photos/a",
                    WebServer.raw(
                            "HTTP/1.1 " + status
                                    + " x\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: "
                                    + body.length + "\r\n\r\n",
                            body));

            // When
            ReferenceException refusal = refusal(reader, "s3://photos/a");

            // Then, after one attempt
            assertThat(refusal.reason()).isEqualTo(reason);
            assertThat(refusal.detail()).contains(status + " " + code);
            assertThat(server.requests()).hasSize(1);
        }
    }

    /** A proxy before the store, which knows nothing of objects: what it says is no reason to forget one. */
    @ParameterizedTest
    @CsvSource({"404, UNAVAILABLE", "410, UNAVAILABLE", "403, NOT_ALLOWED", "502, UNAVAILABLE"})
    void anAnswerWithoutACodeIsNotTheStores(int status, Reason reason) throws Exception {
        try (WebServer server = WebServer.plain();
                ReferenceReader reader = reader(at(server.port()), "photos")) {
            // Given
            server.answer("/photos/a", WebServer.status(status));

            // When
            ReferenceException refusal = refusal(reader, "s3://photos/a");

            // Then
            assertThat(refusal.reason()).isEqualTo(reason);
            assertThat(refusal.detail()).contains(status + " without a code");
        }
    }

    @Test
    void boundsTheTimeAndTheBytesOfAStore() throws Exception {
        try (WebServer server = WebServer.plain()) {
            // Given
            server.answer(
                    "/photos/short", WebServer.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", new byte[50]));
            server.answer("/photos/endless", out -> {
                out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
                while (true) {
                    out.write(new byte[4096]);
                }
            });
            int port = server.port();
            try (ReferenceReader reader = reader(at(port), "photos")) {
                assertThat(refusal(reader, "s3://photos/short").reason()).isEqualTo(Reason.UNAVAILABLE);
                assertThat(refusal(reader, "s3://photos/endless").reason()).isEqualTo(Reason.TOO_LARGE);
                server.close();
                assertThat(refusal(reader, "s3://photos/short").detail()).contains("wildstream.references.s3.endpoint");
            }
        }
    }
}
