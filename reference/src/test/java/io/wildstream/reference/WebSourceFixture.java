// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wildstream.contracts.v1.Reference;
import io.wildstream.reference.testkit.WebServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A web server on this machine, and readers that look its name up as a test says. */
abstract class WebSourceFixture {

    static final byte[] IMAGE = "an image".getBytes(UTF_8);
    static final int MAX = 10_000;

    @TempDir
    static Path directory;

    static WebServer server;

    final Names names = new Names();
    ReferenceReader reader;

    /** Looks names up as a test says; without that, everything is this machine. */
    static final class Names implements DnsResolver {

        final Queue<String> answers = new ArrayDeque<>();
        final AtomicInteger lookUps = new AtomicInteger();

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

    ReferenceReader reader(Duration timeout, String... hosts) {
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

    ReferenceReader reader() {
        return reader(Duration.ofSeconds(30), "photos.example.com:" + server.port());
    }

    static Reference at(String path) {
        return Reference.newBuilder()
                .setAddress("https://photos.example.com:" + server.port() + path)
                .build();
    }

    static ReferenceException refusal(ReferenceReader reader, Reference reference) {
        return catchThrowableOfType(ReferenceException.class, () -> reader.fetch(reference, MAX));
    }

    static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
}
