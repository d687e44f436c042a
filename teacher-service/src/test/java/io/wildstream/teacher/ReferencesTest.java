// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.PrecomputedOutput;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.engine.ModelDescription;
import io.wildstream.reference.testkit.S3Server;
import io.wildstream.reference.testkit.WebServer;
import io.wildstream.teacher.Stream.Running;
import io.wildstream.teacher.fetch.FetchSettings;
import io.wildstream.teacher.model.TeacherExchange;
import io.wildstream.teacher.source.AddressFields;
import io.wildstream.teacher.source.SourceSettings;
import io.wildstream.teacher.source.UserTopic;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Samples that are references to files, web servers and buckets, through the real pipeline: each record has one outcome. */
@UsesBroker
class ReferencesTest extends ReferencesFixture {

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
}
