// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.reference.AllowList;
import io.wildstream.reference.ReferenceSettings;
import io.wildstream.reference.S3Endpoint;
import io.wildstream.reference.testkit.WebServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A store of small objects at {@code s3://photos/}, which a frozen curriculum refers to wherever its test runs. */
final class FixtureObjects implements AutoCloseable {

    private static final String BUCKET = "photos";
    private static final String FILE = "objects.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final WebServer server;
    private final Map<String, byte[]> objects = new TreeMap<>();

    /** A store that is empty. */
    FixtureObjects() throws IOException {
        server = WebServer.plain();
    }

    /** The store of a fixture, with all that was ever in it. */
    static FixtureObjects of(Path fixture) throws IOException {
        FixtureObjects store = new FixtureObjects();
        JSON.readValue(fixture.resolve(FILE).toFile(), new TypeReference<Map<String, byte[]>>() {})
                .forEach(store::put);
        return store;
    }

    static String address(String key) {
        return "s3://" + BUCKET + "/" + key;
    }

    void put(String key, byte[] bytes) {
        objects.put(key, bytes);
        answer(key, WebServer.ok(bytes));
    }

    byte[] get(String key) {
        return objects.get(key);
    }

    /** Another object is at the key until {@link #bringBack}. */
    void change(String key, byte[] other) {
        answer(key, WebServer.ok(other));
    }

    /** Nothing is at the key until {@link #bringBack}. */
    void takeAway(String key) {
        byte[] body = "<Error><Code>NoSuchKey</Code></Error>".getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 404 x\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: ";
        answer(key, WebServer.raw(head + body.length + "\r\n\r\n", body));
    }

    void bringBack(String key) {
        answer(key, WebServer.ok(objects.get(key)));
    }

    private void answer(String key, WebServer.Answer answer) {
        server.answer("/" + BUCKET + "/" + key, answer);
    }

    /** By which a trainer fetches from here. */
    ReferenceSettings settings() {
        return new ReferenceSettings(
                AllowList.of(List.of(), List.of(BUCKET), List.of()),
                new S3Endpoint(
                        URI.create("http://127.0.0.1:" + server.port()),
                        "us-east-1",
                        new S3Endpoint.Credentials("key", "secret"),
                        true),
                Optional.empty(),
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                16);
    }

    void write(Path fixture) throws IOException {
        JSON.writerWithDefaultPrettyPrinter().writeValue(fixture.resolve(FILE).toFile(), objects);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
