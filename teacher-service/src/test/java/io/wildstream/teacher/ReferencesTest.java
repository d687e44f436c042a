// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.PrecomputedOutput;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.engine.ModelDescription;
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
import io.wildstream.teacher.source.AddressFields;
import io.wildstream.teacher.source.SourceSettings;
import io.wildstream.teacher.source.UserTopic;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** Samples that are references to files, web servers and buckets, through the real pipeline: each record has one outcome. */
@UsesBroker
class ReferencesTest {

    private static final int MAX_BYTES = 2000;
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    static Path directory;

    private static S3Server bucket;
    private static WebServer secure;
    private static Path files;

    private final Stream stream = new Stream(ReferencesTest.class);

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

    private static ReferenceSettings settings(String... hosts) {
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

    private Running run(TeacherSettings teacher, Teachers teachers, FetchSettings fetching, String... hosts) {
        return new Running(
                teacher, teachers, registry -> new Fetches(new ReferenceReader(settings(hosts)), fetching, registry));
    }

    private static FetchSettings fetching(Duration patience, boolean keepsBytes) {
        return new FetchSettings(4, 1 << 20, MAX_BYTES, patience, keepsBytes);
    }

    private static TeacherExchange lenet() {
        return Models.exchange(new ModelStore(directory), "lenet");
    }

    /** Puts bytes into a store: number 0 is the bucket, 1 the web server, 2 the directory. */
    private static String put(int store, String name, byte[] bytes) throws IOException {
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
    private static Sample byReference(int store, Sample sample) throws IOException {
        return sample.toBuilder()
                .clearPayload()
                .setReference(Reference.newBuilder()
                        .setAddress(
                                put(store, sample.getId(), sample.getPayload().toByteArray())))
                .build();
    }

    private static String sha256(ByteString bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] png() throws IOException {
        BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(3, 4, 0, 200);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }

    @Test
    void eachReferenceHasOneOutcomeWithItsReason() throws Exception {
        // Given, in every round, references of all stores, good and bad ones, and samples with their payload between
        // them
        int rounds = 12;
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<String, Sample> whole = new HashMap<>();
        Map<String, Integer> expected = new TreeMap<>();
        for (int round = 0; round < rounds; round++) {
            Map<String, Sample> kinds = new TreeMap<>(bad(round));
            for (int store = 0; store < 3; store++) {
                Sample sample = Stream.tensor("good-" + round + "-" + store, 28, 3 * round + store);
                whole.put(sample.getId(), sample);
                kinds.put("output:" + store, byReference(store, sample));
            }
            Sample plain = Stream.tensor("plain-" + round, 28, round);
            whole.put(plain.getId(), plain);
            kinds.put("output:plain", plain);
            Sample file = Sample.newBuilder()
                    .setId("file-" + round)
                    .setContentType("image/png")
                    .setPayload(ByteString.copyFrom(png()))
                    .build();
            whole.put(file.getId(), file);
            kinds.put(
                    "output:file",
                    byReference(round, file).toBuilder().clearContentType().build());
            for (Map.Entry<String, Sample> kind : kinds.entrySet()) {
                records.add(stream.sample(records.size() % Stream.PARTITIONS, kind.getValue()));
                expected.merge(kind.getKey().replaceAll(":.*", ""), 1, Integer::sum);
            }
        }
        stream.write(records);

        // When one process answers a part of it and the next one the rest
        FetchSettings fetching = fetching(LONG, true);
        try (TeacherExchange teachers = lenet();
                Running running = run(stream.settings("teacher-0"), teachers, fetching)) {
            stream.awaitOutcomes(1);
        }
        try (TeacherExchange teachers = lenet();
                Running running = run(stream.settings("teacher-0"), teachers, fetching)) {
            stream.awaitOutcomes(records.size());
        }

        // Then
        Map<String, Integer> found = new TreeMap<>();
        stream.reasons().forEach(reason -> found.merge(reason, 1, Integer::sum));
        found.put("output", stream.outputs().size());
        assertThat(found).isEqualTo(expected);
        assertThat(found)
                .containsEntry("output", 5 * rounds)
                .containsKeys("not_found", "digest_mismatch", "not_allowed");
        for (TeacherOutput output : stream.outputs()) {
            Sample sample = output.getSample();
            Sample sent = whole.get(sample.getId());
            assertThat(sample.toBuilder().clearReference().build()).isEqualTo(sent);
            if (sample.hasReference()) {
                assertThat(sample.getReference().getSha256()).isEqualTo(sha256(sent.getPayload()));
                assertThat(sample.getReference().getSizeBytes())
                        .isEqualTo(sent.getPayload().size());
            }
        }
        assertThat(stream.outputs().stream().filter(output -> output.getSample().hasReference()))
                .hasSize(4 * rounds);
        assertThat(stream.deadLetters())
                .allSatisfy(letter -> assertThat(CloudEvents.text(letter.headers(), DeadLetters.DETAIL))
                        .isNotBlank());
    }

    private static Map<String, Sample> bad(int round) throws IOException {
        Sample any = Stream.tensor("bad", 28, round);
        Sample good = byReference(round, any.toBuilder().setId("bad-" + round).build());
        Reference reference = good.getReference();
        Map<String, Sample> bad = new TreeMap<>();
        bad.put("not_found:0", at(good, "s3://" + S3Server.BUCKET + "/absent"));
        bad.put("not_found:1", at(good, "https://localhost:" + secure.port() + "/absent"));
        bad.put("not_found:2", at(good, files.resolve("absent").toUri().toString()));
        bad.put("not_allowed:0", at(good, "s3://other/a"));
        bad.put("not_allowed:1", at(good, "https://example.com/a"));
        bad.put("not_allowed:2", at(good, "file:///etc/hostname"));
        secure.answer("/metadata", WebServer.redirect("https://169.254.169.254/latest/meta-data"));
        bad.put("not_allowed:3", at(good, "https://localhost:" + secure.port() + "/metadata"));
        bad.put("too_large:0", at(good, put(round, "large-" + round, new byte[MAX_BYTES + 1])));
        bad.put(
                "too_large:1",
                with(good, reference.toBuilder().setSizeBytes(MAX_BYTES + 1).build()));
        bad.put(
                "digest_mismatch:0",
                with(good, reference.toBuilder().setSha256("0".repeat(64)).build()));
        bad.put(
                "digest_mismatch:1",
                with(good, reference.toBuilder().setSizeBytes(783).build()));
        bad.put("malformed:0", at(good, "ftp://host/a"));
        bad.put("malformed:1", good.toBuilder().setPayload(any.getPayload()).build());
        bad.put("empty:0", at(good, put(round, "empty-" + round, new byte[0])));
        bad.put("wrong_shape:0", at(good, put(round, "short-" + round, new byte[10])));
        bad.put(
                "unsupported_content_type:0",
                good.toBuilder().clearContentType().build());
        return bad;
    }

    private static Sample at(Sample sample, String address) {
        return with(sample, Reference.newBuilder().setAddress(address).build());
    }

    private static Sample with(Sample sample, Reference reference) {
        return sample.toBuilder().setReference(reference).build();
    }

    @Test
    void waitsForAStoreThatIsDownAndLosesNothing() throws Exception {
        // Given a store that is down
        int port;
        try (WebServer gone = WebServer.plain()) {
            port = gone.port();
        }
        int count = 30;
        for (int number = 0; number < count; number++) {
            Sample sample = Stream.tensor("sample-" + number, 28, number);
            stream.write(List.of(stream.sample(
                    number % Stream.PARTITIONS,
                    number == 0
                            ? sample
                            : at(
                                    sample.toBuilder().clearPayload().build(),
                                    "http://localhost:" + port + "/" + number))));
        }
        TeacherSettings shortTurns = turns(Duration.ofMillis(300));

        // When
        try (TeacherExchange teachers = lenet();
                Running running = run(shortTurns, teachers, fetching(LONG, true), "http://localhost:" + port)) {
            await().until(() -> running.pipeline.problem().contains("waiting for http://localhost:" + port));
            double turns = transactions(running);
            await().until(() -> transactions(running) > turns + 2);

            // Then it goes on living, and nothing is given up
            assertThat(running.pipeline.sinceProgress()).isLessThan(Duration.ofMinutes(1));
            assertThat(running.registry
                            .get("wildstream_teacher_store_outage_seconds")
                            .gauge()
                            .value())
                    .isPositive();
            assertThat(stream.reasons()).isEmpty();

            // When it comes back
            try (WebServer back = WebServer.plain(port)) {
                for (int number = 1; number < count; number++) {
                    back.answer(
                            "/" + number,
                            WebServer.ok(
                                    Stream.tensor("x", 28, number).getPayload().toByteArray()));
                }
                stream.awaitOutcomes(count);
            }
            assertThat(running.pipeline.problem()).isEmpty();
        }
        assertThat(stream.reasons()).isEmpty();
        assertThat(stream.outputs().stream().map(output -> output.getSample().getId()))
                .containsExactlyInAnyOrderElementsOf(Stream.ids(0, count));
    }

    @Test
    void stopsWhileItWaitsAndGivesUpInTheEnd() throws Exception {
        // Given
        int port;
        try (WebServer gone = WebServer.plain()) {
            port = gone.port();
        }
        Sample sample = Stream.tensor("lost", 28, 1).toBuilder().clearPayload().build();
        stream.write(List.of(
                stream.sample(0, at(sample, "http://localhost:" + port + "/a")),
                stream.sample(0, byReference(2, Stream.tensor("found", 28, 2)))));

        // When a process is stopped that waits for a long time, in a long turn
        try (TeacherExchange teachers = lenet();
                Running running =
                        run(stream.settings("teacher-0"), teachers, fetching(LONG, true), "http://localhost:" + port)) {
            await().until(() -> !running.pipeline.problem().isEmpty());
        }
        int before = stream.outputs().size() + stream.deadLetters().size();

        // And the next one does not wait at all
        try (TeacherExchange teachers = lenet();
                Running running = run(
                        stream.settings("teacher-0"),
                        teachers,
                        fetching(Duration.ZERO, true),
                        "http://localhost:" + port)) {
            stream.awaitOutcomes(2);
        }

        // Then
        assertThat(before).isZero();
        assertThat(stream.reasons()).containsExactly("unavailable");
        assertThat(CloudEvents.text(stream.deadLetters().get(0).headers(), DeadLetters.DETAIL))
                .contains("http://localhost:" + port + "/a", "wildstream.references.patience");
        assertThat(stream.outputs())
                .extracting(output -> output.getSample().getId())
                .containsExactly("found");
    }

    @Test
    void keepsTheReferenceAloneWhereThatIsAskedFor() throws Exception {
        // Given
        Sample sent = Stream.tensor("sample-0", 28, 1);
        stream.write(List.of(stream.sample(0, byReference(0, sent)), stream.sample(0, Stream.tensor("plain", 28, 1))));

        // When
        try (TeacherExchange teachers = lenet();
                Running running = run(stream.settings("teacher-0"), teachers, fetching(LONG, false))) {
            stream.awaitOutcomes(2);
        }

        // Then
        TeacherOutput byReference = stream.outputs().get(0);
        TeacherOutput plain = stream.outputs().get(1);
        assertThat(byReference.getSample().getPayload()).isEmpty();
        assertThat(byReference.getSample().getReference().getSha256()).isEqualTo(sha256(sent.getPayload()));
        assertThat(byReference.getSample().getReference().getSizeBytes()).isEqualTo(28 * 28);
        assertThat(byReference.getLogits()).isEqualTo(plain.getLogits());
        assertThat(plain.getSample().getPayload()).isNotEmpty();
    }

    @Test
    void fetchesASampleThatComesWithItsOutputUnlessThatIsRefused() throws Exception {
        // Given
        Sample sent = Stream.tensor("passed-on", 28, 1);
        PrecomputedOutput output = PrecomputedOutput.newBuilder()
                .setDigest(ModelDescription.read(directory.resolve("lenet")).digest())
                .addAllLogits(Collections.nCopies(10, 1f))
                .addAllFeatures(Collections.nCopies(84, 1f))
                .build();
        Sample referring = byReference(1, sent).toBuilder().setOutput(output).build();
        int before = secure.requests().size();
        stream.write(List.of(
                stream.sample(0, referring),
                stream.sample(
                        0,
                        referring.toBuilder()
                                .setOutput(output.toBuilder().setDigest("another"))
                                .build())));

        // When
        try (TeacherExchange teachers = lenet();
                Running running = run(with(OwnSamples.INSTANCE.acceptingOutputs()), teachers, fetching(LONG, true))) {
            stream.awaitOutcomes(2);
        }

        // Then
        assertThat(stream.reasons()).containsExactly("wrong_teacher");
        TeacherOutput passedOn = stream.outputs().get(0);
        assertThat(passedOn.hasPrecomputedBy()).isTrue();
        assertThat(passedOn.getSample().getPayload()).isEqualTo(sent.getPayload());
        assertThat(passedOn.getSample().hasOutput()).isFalse();
        assertThat(passedOn.getSample().getReference().getSha256()).isEqualTo(sha256(sent.getPayload()));
        assertThat(secure.requests().size() - before).isLessThanOrEqualTo(2);
    }

    @Test
    void holdsNoMoreThanItsMemoryInATurn() throws Exception {
        // Given memory for two samples in a turn
        int count = 40;
        for (int number = 0; number < count; number++) {
            stream.write(List.of(stream.sample(0, byReference(2, Stream.tensor("sample-" + number, 28, number)))));
        }

        // When
        try (TeacherExchange teachers = lenet();
                Running running = run(
                        stream.settings("teacher-0"),
                        teachers,
                        new FetchSettings(4, 2 * 2 * 784, MAX_BYTES, LONG, true))) {
            stream.awaitOutcomes(count);

            // Then
            assertThat(transactions(running)).isGreaterThanOrEqualTo(count / 2);
        }
        assertThat(stream.outputs())
                .extracting(output -> output.getSample().getId())
                .containsExactlyElementsOf(Stream.ids(0, count));
    }

    @Test
    void readsAddressesOfATopicOfTheUsersOwn() throws Exception {
        // Given JSON with keys of a bucket
        byte[] picture = png();
        put(0, "a.png", picture);
        String digest = sha256(ByteString.copyFrom(picture));
        SampleSource source = new SourceSettings(
                        SourceSettings.Format.JSON,
                        UserTopic.Id.KEY,
                        Optional.of("/photo/key"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        new AddressFields(
                                AddressFields.Holds.ADDRESS,
                                Optional.of("s3://" + S3Server.BUCKET + "/"),
                                Optional.of("/photo/sha256"),
                                Optional.of("/photo/bytes")))
                .source();
        List<String> values = List.of(
                "{\"photo\": {\"key\": \"a.png\"}}",
                "{\"photo\": {\"key\": \"a.png\", \"sha256\": \"" + digest + "\", \"bytes\": " + picture.length + "}}",
                "{\"photo\": {\"key\": \"a.png\", \"bytes\": \"" + picture.length + "\"}}",
                "{\"photo\": {\"key\": \"a.png\", \"sha256\": \"" + "0".repeat(64) + "\"}}",
                "{\"photo\": {\"key\": \"absent.png\"}}",
                "{\"photo\": {\"key\": \"../other/a.png\"}}",
                "{\"photo\": {\"key\": [1]}}",
                "{\"photo\": {\"key\": \"a.png\", \"bytes\": \"many\"}}",
                "{\"photo\": {}}",
                "photo");
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String value : values) {
            records.add(new ProducerRecord<>(
                    stream.topics().samples(), 0, ("photo-" + records.size()).getBytes(UTF_8), value.getBytes(UTF_8)));
        }
        stream.write(records);

        // When
        try (TeacherExchange teachers = lenet();
                Running running = run(with(source), teachers, fetching(LONG, true))) {
            stream.awaitOutcomes(values.size());
        }

        // Then
        assertThat(stream.outputs().stream()
                        .map(TeacherOutput::getSample)
                        .collect(Collectors.toMap(Sample::getId, Sample::getContentType)))
                .isEqualTo(Map.of("photo-0", "image/png", "photo-1", "image/png", "photo-2", "image/png"));
        assertThat(stream.outputs().get(0).getSample().getReference().getAddress())
                .isEqualTo("s3://" + S3Server.BUCKET + "/a.png");
        assertThat(stream.reasons())
                .containsExactly(
                        "digest_mismatch",
                        "not_found",
                        "malformed",
                        "malformed",
                        "malformed",
                        "missing_field",
                        "malformed");
    }

    @Test
    void saysWhichKeyAllowsReferencesWhereNoneIsSet() throws Exception {
        // Given
        stream.write(List.of(stream.sample(0, byReference(2, Stream.tensor("sample-0", 28, 1)))));

        // When
        try (TeacherExchange teachers = lenet();
                Running running = stream.run("teacher-0", teachers)) {
            stream.awaitOutcomes(1);
        }

        // Then
        assertThat(stream.reasons()).containsExactly("not_allowed");
        assertThat(CloudEvents.text(stream.deadLetters().get(0).headers(), DeadLetters.DETAIL))
                .contains("wildstream.references.hosts, .buckets or .roots");
    }

    private static double transactions(Running running) {
        return running.registry
                .get("wildstream_teacher_transactions_total")
                .tag("result", "committed")
                .counter()
                .count();
    }

    private TeacherSettings turns(Duration turn) {
        return with(OwnSamples.INSTANCE, new WorkLimits(1 << 20, turn));
    }

    private TeacherSettings with(SampleSource source) {
        return with(source, WorkLimits.DEFAULT);
    }

    private TeacherSettings with(SampleSource source, WorkLimits limits) {
        TeacherSettings usual = stream.settings("teacher-0");
        return new TeacherSettings(
                usual.topics(),
                usual.instance(),
                usual.batchSize(),
                usual.maxWait(),
                usual.maxPollRecords(),
                usual.encoding(),
                source,
                limits);
    }
}
