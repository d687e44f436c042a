// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ModelStore;
import io.wildstream.reference.AllowList;
import io.wildstream.reference.ReferenceReader;
import io.wildstream.reference.ReferenceSettings;
import io.wildstream.reference.testkit.S3Server;
import io.wildstream.reference.testkit.WebServer;
import io.wildstream.teacher.Stream.Running;
import io.wildstream.teacher.fetch.FetchSettings;
import io.wildstream.teacher.fetch.Fetches;
import io.wildstream.teacher.model.TeacherExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** A bucket, a web server and a directory on this machine, and a pipeline that fetches from them. */
abstract class ReferencesFixture {

    static final int MAX_BYTES = 2000;
    static final Duration LONG = Duration.ofHours(1);

    @TempDir
    static Path directory;

    static S3Server bucket;
    static WebServer secure;
    static Path files;

    final Stream stream = new Stream(getClass());

    @BeforeAll
    static void start() throws Exception {
        bucket = new S3Server();
        secure = WebServer.secure(directory);
        files = Files.createDirectory(directory.resolve("files"));
        Models.writeLenet(directory, "lenet", 1);
    }

    @AfterAll
    static void stop() throws Exception {
        secure.close();
        bucket.close();
    }

    static ReferenceSettings settings(String... hosts) {
        List<String> all = new ArrayList<>(List.of(hosts));
        all.add("localhost:" + secure.port());
        return new ReferenceSettings(
                AllowList.of(all, List.of(S3Server.BUCKET), List.of(files)),
                bucket.reached(),
                Optional.of(secure.authority()),
                Duration.ofSeconds(30),
                LONG,
                4);
    }

    Running run(TeacherSettings teacher, Teachers teachers, FetchSettings fetching, String... hosts) {
        return new Running(
                teacher, teachers, registry -> new Fetches(new ReferenceReader(settings(hosts)), fetching, registry));
    }

    static FetchSettings fetching(Duration patience, boolean keepsBytes) {
        return new FetchSettings(4, 1 << 20, MAX_BYTES, patience, keepsBytes);
    }

    static TeacherExchange lenet() {
        return Models.exchange(new ModelStore(directory), "lenet");
    }

    /** Puts bytes into a store: number 0 is the bucket, 1 the web server, 2 the directory. */
    static String put(int store, String name, byte[] bytes) throws IOException {
        switch (store % 3) {
            case 0 -> {
                bucket.client().putObject(put -> put.bucket(S3Server.BUCKET).key(name), RequestBody.fromBytes(bytes));
                return "s3://" + S3Server.BUCKET + "/" + name;
            }
            case 1 -> {
                secure.answer("/" + name, WebServer.ok(bytes));
                return "https://localhost:" + secure.port() + "/" + name;
            }
            default -> {
                return Files.write(files.resolve(name), bytes).toUri().toString();
            }
        }
    }

    /** The sample with its payload put away. */
    static Sample byReference(int store, Sample sample) throws IOException {
        return sample.toBuilder()
                .clearPayload()
                .setReference(Reference.newBuilder()
                        .setAddress(
                                put(store, sample.getId(), sample.getPayload().toByteArray())))
                .build();
    }

    static String sha256(ByteString bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Sample at(Sample sample, String address) {
        return with(sample, Reference.newBuilder().setAddress(address).build());
    }

    static Sample with(Sample sample, Reference reference) {
        return sample.toBuilder().setReference(reference).build();
    }

    static double transactions(Running running) {
        return running.registry
                .get("wildstream_teacher_transactions_total")
                .tag("result", "committed")
                .counter()
                .count();
    }

    TeacherSettings turns(Duration turn) {
        return with(OwnSamples.INSTANCE, new WorkLimits(1 << 20, turn));
    }

    TeacherSettings with(SampleSource source) {
        return with(source, WorkLimits.DEFAULT);
    }

    TeacherSettings with(SampleSource source, WorkLimits limits) {
        return stream.settings("teacher-0", source, limits);
    }
}
