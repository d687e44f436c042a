// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import static io.wildstream.reference.testkit.WebServer.ok;
import static io.wildstream.reference.testkit.WebServer.raw;
import static io.wildstream.reference.testkit.WebServer.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.Reference;
import io.wildstream.reference.ReferenceException.Reason;
import io.wildstream.reference.testkit.WebServer;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fetching from web servers, honest ones and others. */
@Tag("slow")
class WebSourceTest extends WebSourceFixture {

    @Test
    void fetchesWithDigestAndSize() throws Exception {
        // Given
        server.answer("/a?size=1", ok(IMAGE));

        // When
        Fetched fetched = reader().fetch(at("/a?size=1"), MAX);

        // Then
        assertThat(fetched.bytes().toByteArray()).isEqualTo(IMAGE);
        assertThat(fetched.reference())
                .isEqualTo(at("/a?size=1").toBuilder()
                        .setSha256(HexFormat.of().formatHex(sha256(IMAGE)))
                        .setSizeBytes(IMAGE.length)
                        .build());
    }

    @ParameterizedTest
    @CsvSource({
        "404, NOT_FOUND",
        "410, NOT_FOUND",
        "400, NOT_ALLOWED",
        "204, NOT_ALLOWED",
        "206, NOT_ALLOWED",
        "401, NOT_ALLOWED",
        "403, NOT_ALLOWED",
        "429, UNAVAILABLE",
        "500, UNAVAILABLE",
        "503, UNAVAILABLE"
    })
    void knowsWhatAnotherAttemptCanChange(int status, Reason reason) {
        server.answer("/status", status(status));

        ReferenceException refusal = refusal(reader(), at("/status"));

        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.detail()).contains("status " + status);
    }

    @Test
    void boundsAnEndlessBody() {
        // Given a body that never ends, with and without a length that is a lie
        byte[] chunk = new byte[4096];
        server.answer("/endless", out -> {
            out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
            while (true) {
                out.write(chunk);
            }
        });
        server.answer("/long", raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", new byte[200_000]));
        ReferenceReader reader = reader();

        // When
        ReferenceException endless = refusal(reader, at("/endless"));
        ReferenceException tooLong = refusal(reader, at("/long"));

        // Then
        assertThat(endless.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(endless.detail()).contains("more than " + MAX + " bytes");
        assertThat(tooLong.reason()).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void takesATruncatedBodyForNoAnswer() {
        server.answer("/short", raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", new byte[50]));

        assertThat(refusal(reader(), at("/short")).reason()).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void boundsTheTimeOfAServerThatDrips() {
        // Given
        server.answer("/slow-body", out -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n".getBytes(UTF_8));
            drip(out);
        });
        server.answer("/slow-head", out -> {
            out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(UTF_8));
            drip(out);
        });
        ReferenceReader reader = reader(Duration.ofSeconds(1), "photos.example.com:" + server.port());

        // When
        long start = System.nanoTime();
        ReferenceException body = refusal(reader, at("/slow-body"));
        ReferenceException head = refusal(reader, at("/slow-head"));
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        // Then, where each would take a quarter of an hour
        assertThat(body.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(body.detail()).contains("time");
        assertThat(head.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(head.detail()).contains("not complete in time");
        assertThat(took).isLessThan(Duration.ofMinutes(2));
    }

    private static void drip(OutputStream out) throws IOException {
        for (int i = 0; i < 5000; i++) {
            out.write('x');
            out.flush();
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    @Test
    void doesNotDecompress() throws Exception {
        byte[] packed = {31, (byte) 139, 8, 0, 0, 0, 0, 0};
        server.answer(
                "/gzip",
                raw(
                        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\nConnection: close\r\n\r\n",
                        packed));

        assertThat(reader().fetch(at("/gzip"), MAX).bytes().toByteArray()).isEqualTo(packed);
    }

    @Test
    void comparesDigestAndSize() throws Exception {
        // Given
        server.answer("/a", ok(IMAGE));
        Reference right = at("/a").toBuilder()
                .setSha256(HexFormat.of().withUpperCase().formatHex(sha256(IMAGE)))
                .setSizeBytes(IMAGE.length)
                .build();
        ReferenceReader reader = reader();

        // When
        Fetched fetched = reader.fetch(right, MAX);

        // Then
        assertThat(fetched.bytes().toByteArray()).isEqualTo(IMAGE);
        assertThat(refusal(reader, right.toBuilder().setSha256("0".repeat(64)).build())
                        .reason())
                .isEqualTo(Reason.DIGEST_MISMATCH);
        assertThat(refusal(reader, right.toBuilder().setSizeBytes(7).build()).reason())
                .isEqualTo(Reason.DIGEST_MISMATCH);
        assertThat(refusal(reader, right.toBuilder().setSizeBytes(9).build()).reason())
                .isEqualTo(Reason.DIGEST_MISMATCH);
        int before = server.requests().size();
        assertThat(refusal(reader, right.toBuilder().setSizeBytes(MAX + 1).build())
                        .reason())
                .isEqualTo(Reason.TOO_LARGE);
        assertThat(server.requests()).hasSize(before);
    }

    @Test
    void trustsNobodyElse() {
        // Given the same server under a name that its certificate is not for
        ReferenceReader reader = reader(Duration.ofSeconds(30), "foreign.example.com:" + server.port());

        // When
        ReferenceException refusal = refusal(
                reader,
                Reference.newBuilder()
                        .setAddress("https://foreign.example.com:" + server.port() + "/a")
                        .build());

        // Then
        assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(refusal.detail()).contains("SSLHandshakeException");
    }

    @Test
    void reachesAServerWithoutTlsOnlyWhereThatIsWritten() throws Exception {
        try (WebServer plain = WebServer.plain()) {
            // Given
            plain.answer("/a", ok(IMAGE));
            Reference reference = Reference.newBuilder()
                    .setAddress("http://photos.example.com:" + plain.port() + "/a")
                    .build();

            // When
            ReferenceException refusal =
                    refusal(reader(Duration.ofSeconds(30), "photos.example.com:" + plain.port()), reference);
            reader.close();
            Fetched fetched = reader(Duration.ofSeconds(30), "http://photos.example.com:" + plain.port())
                    .fetch(reference, MAX);

            // Then
            assertThat(refusal.reason()).isEqualTo(Reason.NOT_ALLOWED);
            assertThat(fetched.bytes().toByteArray()).isEqualTo(IMAGE);
        }
    }

    @Test
    void asksNoProxy() throws Exception {
        // Given a proxy that is not there
        Map<String, String> proxy = Map.of(
                "http.proxyHost",
                "localhost",
                "http.proxyPort",
                "1",
                "https.proxyHost",
                "localhost",
                "https.proxyPort",
                "1");
        proxy.forEach(System::setProperty);
        try {
            server.answer("/a", ok(IMAGE));

            // When
            Fetched fetched = reader().fetch(at("/a"), MAX);

            // Then
            assertThat(fetched.bytes().toByteArray()).isEqualTo(IMAGE);
        } finally {
            proxy.keySet().forEach(System::clearProperty);
        }
    }

    @Test
    void saysWhatIsUnavailable() throws Exception {
        // Given a server that is gone, and a name that nobody knows
        int port;
        try (WebServer gone = WebServer.plain()) {
            port = gone.port();
        }
        ReferenceReader reader = reader(Duration.ofSeconds(5), "http://photos.example.com:" + port);
        Reference reference = Reference.newBuilder()
                .setAddress("http://photos.example.com:" + port + "/a")
                .build();

        // When
        ReferenceException refused = refusal(reader, reference);
        names.answers.add("");
        ReferenceException unknown = refusal(reader, reference);

        // Then
        assertThat(refused.isTransient()).isTrue();
        assertThat(unknown.isTransient()).isTrue();
        assertThat(unknown.detail()).contains("UnknownHostException");
    }
}
