// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import static io.wildstream.reference.testkit.WebServer.ok;
import static io.wildstream.reference.testkit.WebServer.raw;
import static io.wildstream.reference.testkit.WebServer.redirect;
import static io.wildstream.reference.testkit.WebServer.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wildstream.contracts.v1.Reference;
import io.wildstream.reference.ReferenceException.Reason;
import io.wildstream.reference.testkit.WebServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetching from web servers, honest ones and others, and from where it must not be fetched. */
class WebSourceTest {

    private static final byte[] IMAGE = "an image".getBytes(UTF_8);
    private static final int MAX = 10_000;

    @TempDir
    static Path directory;

    private static WebServer server;

    private final Names names = new Names();
    private ReferenceReader reader;

    /** Looks names up as a test says; without that, everything is this machine. */
    private static final class Names implements DnsResolver {

        private final Queue<String> answers = new ArrayDeque<>();
        private final AtomicInteger lookUps = new AtomicInteger();

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            lookUps.incrementAndGet();
            String answer = answers.isEmpty() ? "127.0.0.1" : answers.remove();
            if (answer.isEmpty()) {
                throw new UnknownHostException(host);
            }
            List<InetAddress> addresses = new ArrayList<>();
            for (String address : answer.split(" ")) {
                addresses.add(InetAddress.getByName(address));
            }
            return addresses.toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        server = WebServer.secure(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @AfterEach
    void close() {
        if (reader != null) {
            reader.close();
        }
    }

    private ReferenceReader reader(Duration timeout, String... hosts) {
        reader = new ReferenceReader(
                new ReferenceSettings(
                        AllowList.of(List.of(hosts), List.of(), List.of()),
                        S3Endpoint.AWS,
                        Optional.of(server.authority()),
                        timeout,
                        Duration.ofMinutes(1),
                        4),
                names);
        return reader;
    }

    private ReferenceReader reader() {
        return reader(Duration.ofSeconds(30), "photos.example.com:" + server.port());
    }

    private static Reference at(String path) {
        return Reference.newBuilder()
                .setAddress("https://photos.example.com:" + server.port() + path)
                .build();
    }

    private static ReferenceException refusal(ReferenceReader reader, Reference reference) {
        return catchThrowableOfType(ReferenceException.class, () -> reader.fetch(reference, MAX));
    }

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

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    @Test
    void connectsToTheAddressThatWasChecked() throws Exception {
        // Given a name that leads to another address at the second look
        server.answer("/a", ok(IMAGE));
        names.answers.add("127.0.0.1");
        names.answers.add("169.254.169.254");
        ReferenceReader reader = reader();

        // When
        Fetched fetched = reader.fetch(at("/a"), MAX);
        int lookUps = names.lookUps.get();
        ReferenceException second = refusal(reader, at("/a"));

        // Then
        assertThat(fetched.bytes().toByteArray()).isEqualTo(IMAGE);
        assertThat(lookUps).isEqualTo(1);
        assertThat(second.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(second.detail()).contains("photos.example.com is 169.254.169.254, a link-local or metadata address");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "10.1.2.3",
                "172.31.0.1",
                "192.168.1.1",
                "100.64.0.1",
                "0.0.0.0",
                "::ffff:127.0.0.1",
                "fc00::1",
                "64:ff9b::a00:1",
                "224.0.0.1",
                "255.255.255.255",
                "93.184.216.34 127.0.0.1"
            })
    void refusesWhatIsNotPublicUnlessHostAndPortAreNamed(String address) {
        // Given: named without a port, and by a pattern with one
        names.answers.add(address);
        names.answers.add(address);
        int before = server.connections();

        // When
        ReferenceException refusal = refusal(
                reader(Duration.ofSeconds(5), "photos.example.com"),
                Reference.newBuilder()
                        .setAddress("https://photos.example.com/a")
                        .build());
        reader.close();
        ReferenceException byPattern =
                refusal(reader(Duration.ofSeconds(5), "*.example.com:" + server.port()), at("/a"));

        // Then
        assertThat(refusal.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refusal.detail())
                .contains("no public address", "photos.example.com:443", "wildstream.references.hosts");
        assertThat(byPattern.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(server.connections()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "fe80::1",
                "fd00:ec2::254",
                "100.100.100.200",
                "168.63.129.16"
            })
    void refusesLinkLocalAndMetadataAddressesAlways(String address) {
        // Given
        names.answers.add(address);

        // When
        ReferenceException refusal = refusal(reader(), at("/a"));

        // Then
        assertThat(refusal.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refusal.detail()).contains("link-local or metadata");
    }

    @Test
    void refusesAddressesThatAreWrittenAsNumbers() {
        ReferenceReader reader = reader(Duration.ofSeconds(5), "*.example.com");
        for (String host : List.of("127.0.0.1", "[::1]", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]")) {
            ReferenceException refusal = refusal(
                    reader,
                    Reference.newBuilder().setAddress("https://" + host + "/a").build());
            assertThat(refusal.reason()).as(host).isEqualTo(Reason.NOT_ALLOWED);
        }
        assertThat(names.lookUps).hasValue(0);
    }

    @Test
    void followsARedirectToAnAllowedHostAlone() throws Exception {
        // Given
        int port = server.port();
        server.answer("/to-other", redirect("https://other.example.com:" + port + "/b"));
        server.answer("/relative", redirect("b#part"));
        server.answer("/b", ok(IMAGE));
        ReferenceReader reader = reader();

        // When
        Fetched relative = reader.fetch(at("/relative"), MAX);
        ReferenceException other = refusal(reader, at("/to-other"));
        reader.close();
        Fetched both = reader(Duration.ofSeconds(30), "photos.example.com:" + port, "other.example.com:" + port)
                .fetch(at("/to-other"), MAX);

        // Then
        assertThat(relative.bytes().toByteArray()).isEqualTo(IMAGE);
        assertThat(relative.reference().getAddress()).isEqualTo(at("/relative").getAddress());
        assertThat(other.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(other.detail()).contains("redirects to", "other.example.com:" + port, "wildstream.references.hosts");
        assertThat(both.bytes().toByteArray()).isEqualTo(IMAGE);
    }

    @Test
    void checksTheAddressThatARedirectLeadsTo() {
        // Given a redirect to a host that is on the list, and resolves to this machine
        server.answer("/a", redirect("https://other.example.com/b"));
        int port = server.port();

        // When
        ReferenceException refusal =
                refusal(reader(Duration.ofSeconds(5), "photos.example.com:" + port, "other.example.com"), at("/a"));

        // Then
        assertThat(refusal.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refusal.detail()).contains("other.example.com is 127.0.0.1", "no public address");
    }

    @ParameterizedTest
    @CsvSource({
        "http://photos.example.com:%d/a, NOT_ALLOWED",
        "file:///etc/passwd, NOT_ALLOWED",
        "s3://bucket/key, NOT_ALLOWED",
        "https://127.0.0.1:%d/a, NOT_ALLOWED",
        "https://169.254.169.254/latest/meta-data, NOT_ALLOWED",
        "gopher://photos.example.com/a, NOT_ALLOWED",
        "'', NOT_ALLOWED",
        "/circle, NOT_ALLOWED"
    })
    void refusesRedirects(String location, Reason reason) {
        server.answer("/circle", redirect(location.formatted(server.port())));

        ReferenceException refusal = refusal(
                reader(
                        Duration.ofSeconds(30),
                        "photos.example.com:" + server.port(),
                        "http://photos.example.com:" + server.port()),
                at("/circle"));

        assertThat(refusal.reason()).as(refusal.detail()).isEqualTo(reason);
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
