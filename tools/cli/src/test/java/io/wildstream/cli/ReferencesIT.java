// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.Policies;
import io.wildstream.client.TopicScan;
import io.wildstream.client.proof.CurriculumProof;
import io.wildstream.client.proof.ProofReader;
import io.wildstream.client.proof.StreamProof;
import io.wildstream.cluster.Cluster;
import io.wildstream.cluster.ClusterPlan;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.Installation;
import io.wildstream.cluster.VerifyResult;
import io.wildstream.cluster.config.KeyFile;
import io.wildstream.cluster.process.JvmProfile;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.CheckpointHistory;
import io.wildstream.contracts.testkit.UsesCluster;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.MissingSamples;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.lab.terminal.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Photographs of a bucket through all services as processes, while Kafka holds references alone: everything is counted, and what is gone or
 * changed is left out by students for good.
 */
@Tag("long")
@UsesCluster
class ReferencesIT {

    /** A teacher that has learned nothing takes all for one class, of which the rule that balances classes keeps little. */
    private static final String DFND = Policies.DFND_GLOBAL;

    private static final List<String> STUDENTS = List.of(DFND, Policies.RANDOM);
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final int PHOTOGRAPHS = 300;
    /** Those that are sent before there is a student. */
    private static final int FIRST = 180;

    private static final double RATE = 0.6;
    private static final int BATCH = 8;
    private static final int STEPS = 150;
    private static final Map<String, Integer> DEAD_LETTERS =
            Map.of("not_allowed", 6, "not_found", 4, "digest_mismatch", 5, "unsupported_content_type", 2);
    /** How a PNG file begins. */
    private static final String PNG = "\u0089PNG\r\n";

    @TempDir
    Path directory;

    private Home home;
    private Home.Lock lock;
    private PhotoBucket bucket;
    private Cluster cluster;
    private GatewayClient gateway;
    private PhotoSamples samples;

    @BeforeEach
    void start() throws Exception {
        home = new Home(directory.resolve("home"));
        lock = home.lock();
        bucket = new PhotoBucket();
        samples = new PhotoSamples(bucket, PHOTOGRAPHS);
        Installation installation = Installation.find();
        ClusterPlan plan = ClusterPlan.builder("references", home)
                .modelStores(List.of(installation.models()))
                .teacherModel("lenet5-1x28-10")
                .students(STUDENTS)
                .checkpointInterval(Duration.ofHours(1)) // a trainer that is killed has none
                .startTimeout(Waits.OF_A_CLUSTER)
                .profile(JvmProfile.SHORT_RUN)
                .keyFile(keys())
                .build();
        cluster = Cluster.start(plan, installation, new Rehearsal.Unexpected(), progress -> {}, made -> {});
        gateway = GatewayClient.connect(cluster.port("gateway"));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable opened : new AutoCloseable[] {gateway, cluster, lock, bucket}) {
            if (opened != null) {
                opened.close();
            }
        }
    }

    @Test
    void everyReferenceIsAnsweredAndWhatIsGoneOrChangedIsLeftOutForGood() throws Exception {
        // Given: some of what is kept is gone or changed before there is a student
        STUDENTS.forEach(name -> gateway.setPolicy(name, Policies.of(name, RATE, 1)));
        gateway.awaitPolicies(STUDENTS, 1);
        feed(
                Stream.of(
                        samples.good(0, 60),
                        samples.refused(),
                        samples.good(60, 90),
                        samples.bad(),
                        samples.good(90, FIRST)),
                false);
        awaitDecided(FIRST);
        Map<String, NavigableMap<Long, String>> kept = kept();
        Map<String, MissingReason> missing = takeAway(kept);
        STUDENTS.forEach(name -> gateway.createStudent(name, name, spec()));
        await().atMost(Waits.OF_A_CLUSTER)
                .until(() -> STUDENTS.stream().allMatch(name -> hasLearned(name, kept.get(name), missing)));

        // When: that is back, a trainer is killed, and another one is started again while it misses what it has learned
        missing.keySet().forEach(bucket::putBack);
        String learned = kept.get(Policies.RANDOM).values().stream()
                .filter(address -> !missing.containsKey(address))
                .filter(address -> !kept.get(DFND).containsValue(address))
                .findFirst()
                .orElseThrow();
        bucket.delete(learned);
        cluster.process(ClusterPlan.trainer(DFND)).orElseThrow().kill();
        cluster.restart(ClusterPlan.trainer(Policies.RANDOM));
        feed(Stream.of(samples.good(FIRST, PHOTOGRAPHS)), true);
        await().atMost(Waits.OF_A_CLUSTER).until(() -> {
            cluster.requireWhole();
            return new Progress(gateway.status(), 0, Duration.ZERO).finished(STUDENTS);
        });
        bucket.putBack(learned);

        // Then
        StreamProof proof = ProofReader.read(cluster.bootstrapServers(), TOPICS);
        assertThatAllIsAnswered(proof);
        assertThatKafkaHoldsReferencesAlone();
        for (String name : STUDENTS) {
            assertThatMissingIsLeftOut(name, kept(), missing, proof);
        }
        assertThat(decisions(Policies.RANDOM).stream().filter(MissingSamples::hasFromStep))
                .singleElement()
                .satisfies(decision -> assertThat(kept().get(Policies.RANDOM).get(decision.getFirstOffset()))
                        .isEqualTo(learned));
        assertThat(cluster.process(ClusterPlan.trainer(DFND)).orElseThrow().restarts())
                .isEqualTo(1);
        assertThatAReplayNamesWhatIsGone(learned);
    }

    private void assertThatAllIsAnswered(StreamProof proof) {
        int dead = DEAD_LETTERS.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(proof.holds()).as("%s", proof).isTrue();
        assertThat(proof.ingested()).isEqualTo(PHOTOGRAPHS + dead);
        assertThat(proof.outputs().answered()).isEqualTo(PHOTOGRAPHS + dead);
        assertThat(proof.deadLetters()).isEqualTo(dead);
        Map<String, Integer> reasons = new TreeMap<>();
        scan(
                TOPICS.deadLetters(Topics.Stage.TEACHER),
                record -> reasons.merge(
                        String.valueOf(CloudEvents.text(record.headers(), DeadLetters.REASON)), 1, Integer::sum));
        assertThat(reasons).isEqualTo(DEAD_LETTERS);
    }

    /** Of no topic, whatever it is for, does a record hold bytes of a photograph. */
    private void assertThatKafkaHoldsReferencesAlone() {
        try (TopicScan scan = new TopicScan(cluster.bootstrapServers())) {
            assertThat(scan.topics()).contains(TOPICS.teacherOutputs(), TOPICS.curriculum(DFND));
            for (String topic : scan.topics()) {
                scan.forEach(
                        topic,
                        record -> assertThat(record.value() == null ? "" : new String(record.value(), ISO_8859_1))
                                .as("record %d of %s", record.offset(), topic)
                                .doesNotContain(PNG));
            }
        }
        List<Sample> held = new ArrayList<>();
        scan(TOPICS.teacherOutputs(), record -> {
            if (!CloudEvents.isEndOfStream(record.headers())) {
                held.add(TeacherOutput.parseFrom(record.value()).getSample());
            }
        });
        assertThat(held).hasSize(PHOTOGRAPHS);
        for (String name : STUDENTS) {
            selected(name, (offset, output) -> held.add(output.getSample()));
        }
        assertThat(held).allSatisfy(sample -> {
            assertThat(sample.getPayload()).isEmpty();
            assertThat(sample.getReference())
                    .isEqualTo(bucket.reference(sample.getReference().getAddress()));
        });
    }

    private void assertThatMissingIsLeftOut(
            String student,
            Map<String, NavigableMap<Long, String>> kept,
            Map<String, MissingReason> missing,
            StreamProof proof) {
        Map<Long, MissingReason> expected = new TreeMap<>();
        kept.get(student).forEach((offset, address) -> {
            if (missing.containsKey(address)) {
                expected.put(offset, missing.get(address));
            }
        });
        List<CheckpointManifest> committed = committed(student);
        CheckpointManifest newest = committed.get(committed.size() - 1);
        StudentStatus status = status(student);
        CurriculumProof curriculum = proof.curricula().get(student);
        System.out.printf(
                "%s: kept %d, trained %d, missing %s%n", student, curriculum.kept(), newest.getTrained(), expected);
        assertThat(expected).containsValues(MissingReason.MISSING_REASON_GONE, MissingReason.MISSING_REASON_CHANGED);
        assertThat(decided(student)).isEqualTo(expected);
        assertThat(newest.getMissing()).isEqualTo(expected.size());
        assertThat(newest.getSkipped()).isEqualTo(expected.size());
        assertThat(newest.getTrained() + newest.getMissing()).isEqualTo(curriculum.kept());
        assertThat(status.getMissing()).isEqualTo(expected.size());
        assertThat(status.getTrained()).isEqualTo(newest.getTrained());
        VerifyResult replay = cluster.verify(student, Waits.OF_A_CLUSTER);
        assertThat(replay.weightsSha256()).isEqualTo(newest.getWeightsSha256()).hasSize(64);
        assertThat(replay.trained()).isEqualTo(newest.getTrained());
    }

    private void assertThatAReplayNamesWhatIsGone(String learned) {
        bucket.delete(learned);
        CommandRun replay = CommandRun.of("replay", Policies.RANDOM, "--home=" + home.directory());
        System.out.println(replay.err());
        assertThat(replay.status()).isEqualTo(1);
        assertThat(replay.err().lines()).singleElement().asString().contains(learned, "of the curriculum");
    }

    /** What was decided never to be learned, by offset; nothing twice. */
    private Map<Long, MissingReason> decided(String student) {
        NavigableMap<Long, String> kept = kept().get(student);
        Map<Long, MissingReason> decided = new TreeMap<>();
        for (MissingSamples decision : decisions(student)) {
            if (!decision.hasFromStep()) {
                NavigableMap<Long, String> meant =
                        kept.subMap(decision.getFirstOffset(), true, decision.getLastOffset(), true);
                assertThat(meant).hasSize(Math.toIntExact(decision.getSamples()));
                meant.keySet()
                        .forEach(offset -> assertThat(decided.put(offset, decision.getReason()))
                                .isNull());
            }
        }
        return decided;
    }

    private List<MissingSamples> decisions(String student) {
        return committed(student).stream()
                .flatMap(manifest -> manifest.getMissingAheadList().stream())
                .distinct()
                .toList();
    }

    private List<CheckpointManifest> committed(String student) {
        return CheckpointHistory.read(Map.of("bootstrap.servers", cluster.bootstrapServers()), TOPICS, student);
    }

    private StudentStatus status(String student) {
        return gateway.status().getStudentsList().stream()
                .filter(status -> status.getStudent().equals(student))
                .findFirst()
                .orElse(StudentStatus.getDefaultInstance());
    }

    /** Deletes and overwrites some of what is kept, neighbours among them; returns what, by address. */
    private Map<String, MissingReason> takeAway(Map<String, NavigableMap<Long, String>> kept) {
        List<String> dfnd = List.copyOf(kept.get(DFND).values());
        List<String> random = List.copyOf(kept.get(Policies.RANDOM).values());
        Map<String, MissingReason> missing = new LinkedHashMap<>();
        for (String gone : List.of(dfnd.get(3), dfnd.get(4), dfnd.get(30), random.get(7))) {
            bucket.delete(gone);
            missing.put(gone, MissingReason.MISSING_REASON_GONE);
        }
        for (String changed : List.of(dfnd.get(11), dfnd.get(40), random.get(20), random.get(21))) {
            if (!missing.containsKey(changed)) {
                bucket.overwrite(changed);
                missing.put(changed, MissingReason.MISSING_REASON_CHANGED);
            }
        }
        return missing;
    }

    /** Whether a student has learned all whole minibatches of what is kept. */
    private boolean hasLearned(String student, NavigableMap<Long, String> kept, Map<String, MissingReason> missing) {
        long absent = kept.values().stream().filter(missing::containsKey).count();
        StudentStatus status = status(student);
        return status.getMissing() == absent && status.getTrained() == (kept.size() - absent) / BATCH * BATCH;
    }

    private void awaitDecided(long samples) {
        await().atMost(Waits.OF_A_CLUSTER).pollInterval(Duration.ofMillis(500)).until(() -> {
            cluster.requireWhole();
            StreamProof proof = ProofReader.read(cluster.bootstrapServers(), TOPICS);
            return STUDENTS.stream()
                    .map(proof.curricula()::get)
                    .allMatch(curriculum ->
                            curriculum != null && curriculum.decisions().answered() == samples);
        });
    }

    /** Addresses in each curriculum by offset. */
    private Map<String, NavigableMap<Long, String>> kept() {
        Map<String, NavigableMap<Long, String>> kept = new TreeMap<>();
        for (String name : STUDENTS) {
            NavigableMap<Long, String> addresses = kept.computeIfAbsent(name, unused -> new TreeMap<>());
            selected(
                    name,
                    (offset, output) -> addresses.put(
                            offset, output.getSample().getReference().getAddress()));
        }
        return kept;
    }

    private void selected(String curriculum, BiConsumer<Long, TeacherOutput> visitor) {
        scan(TOPICS.curriculum(curriculum), record -> {
            CurriculumRecord entry = CurriculumRecord.parseFrom(record.value());
            if (entry.hasSelected()) {
                visitor.accept(record.offset(), entry.getSelected().getTeacherOutput());
            }
        });
    }

    private interface Visitor {
        void visit(ConsumerRecord<byte[], byte[]> record) throws InvalidProtocolBufferException;
    }

    private void scan(String topic, Visitor visitor) {
        try (TopicScan scan = new TopicScan(cluster.bootstrapServers())) {
            scan.forEach(topic, record -> {
                try {
                    visitor.visit(record);
                } catch (InvalidProtocolBufferException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    private void feed(Stream<List<Sample>> parts, boolean end) {
        List<Sample> sent = parts.flatMap(List::stream).toList();
        try (Feeding feeding = new Feeding(gateway, sent.iterator(), Double.POSITIVE_INFINITY, end)) {
            await().atMost(Waits.OF_A_CLUSTER).until(feeding::isDone);
            long refused = sent.stream().filter(PhotoSamples::isRefused).count();
            assertThat(feeding.feeder().refused()).isEqualTo(refused);
            assertThat(feeding.feeder().accepted()).isEqualTo(sent.size() - refused);
        }
    }

    private static TrainingSpec spec() {
        return TrainingSpec.newBuilder()
                .setStudentModel("lenet5-1x28-10")
                .setSeed(1)
                // The teacher has learned nothing, so that its accuracy says nothing of Q.
                .addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.newBuilder().addQDiagonal(0.5)))
                .setSgd(SgdSpec.newBuilder().setLearningRate(0.02).setMaxGradientNorm(1))
                .setBatchSize(BATCH)
                .setMaxSteps(STEPS)
                .setReplay(ReplaySpec.newBuilder().setRatio(1))
                .build();
    }

    private KeyFile keys() throws IOException {
        Map<String, String> keys = new TreeMap<>(bucket.keys());
        keys.put("wildstream.teacher.keep-fetched", "false");
        return KeyFile.read(Files.write(
                directory.resolve("bucket.properties"),
                keys.entrySet().stream()
                        .map(key -> key.getKey() + "=" + key.getValue())
                        .toList()));
    }
}
