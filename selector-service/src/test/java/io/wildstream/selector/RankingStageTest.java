// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.Score;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TopNWindowPolicy;
import io.wildstream.contracts.v1.TwoPassPolicy;
import io.wildstream.selector.curriculum.Curricula;
import io.wildstream.selector.metrics.RuleReports;
import io.wildstream.selector.metrics.SelectorMetrics;
import io.wildstream.selector.streams.StageParts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ranking stage over a log in memory: windows of one partition, a whole log of four. */
@Tag("slow")
class RankingStageTest {

    private static final Topics TOPICS = new Topics("test");
    private static final int PARTITIONS = 4;

    @TempDir
    Path directory;

    private final Curricula curricula = new Curricula(name -> {});
    private final RuleReports ruleReports = new RuleReports();
    private final MemoryLog log = new MemoryLog(PARTITIONS);
    private final MemorySamples payloads = new MemorySamples();
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> input;

    @BeforeEach
    void start() {
        start(Stores::inMemoryKeyValueStore);
    }

    private void start(Function<String, KeyValueBytesStoreSupplier> stores) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        var metrics = new SelectorMetrics(new SimpleMeterRegistry());
        var parts = new StageParts(TOPICS, curricula, metrics, ruleReports, true, () -> payloads);
        driver = new TopologyTestDriver(SelectorTopology.build(parts, 1e-4, () -> log, stores), properties);
        input = driver.createInputTopic(TOPICS.teacherOutputs(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Balance.class,
            names = {"BALANCE_CLASS", "BALANCE_GLOBAL"})
    void twoPassKeepsWhatBruteForceKeepsOfAHundredThousandSamplesWithTies(Balance balance) throws Exception {
        // Given the store of a running selector
        stop();
        start(Stores::persistentKeyValueStore);
        int keep = 27_003;
        List<Known> samples = writeLog(100_000, 500);
        curricula.accept(
                "curriculum/log",
                Policies.control(
                        1,
                        twoPass(balance)
                                .setTwoPass(
                                        TwoPassPolicy.newBuilder().setKeep(keep).setBalance(balance))));

        // When
        work();

        // Then
        List<SelectedSample> kept = selected("log");
        assertThat(positions(kept)).isEqualTo(Known.bruteForce(samples, keep, balance));
        assertThat(samples.stream().map(Known::noiseValue).distinct().count()).isLessThan(samples.size() / 10);
        assertThat(kept).allMatch(one -> one.getNoiseValue() <= one.getThreshold());
        assertThat(rejected()).isEqualTo(samples.size() - kept.size());
        assertThat(ends("log")).containsExactly(0, 1, 2, 3);
        assertThat(inLogOrder(kept)).isTrue();
    }

    @Test
    void twoPassReadsALogThatIsStillWrittenAndBeginsWhenItsEndIsThere() throws Exception {
        // Given
        curricula.accept("curriculum/log", Policies.twoPass(1, 0.5));
        for (int i = 0; i < 400; i++) {
            log.append(TeacherOutputs.record(
                    "t", TeacherOutputs.output(i % PARTITIONS, i / PARTITIONS).build()));
        }
        work();
        int before = selected("log").size();

        // When
        for (int partition = 0; partition < PARTITIONS; partition++) {
            log.append(TeacherOutputs.end("t", partition, PARTITIONS));
        }
        work();
        curricula.accept("curriculum/log", Policies.twoPass(2, 0.7));
        work();

        // Then
        assertThat(before).isZero();
        assertThat(selected("log").size()).isBetween(150, 200);
        assertThat(ruleReports.problem()).contains("'log' was written by two_pass in generation 1");
    }

    @Test
    void twoPassEndsAtTheOffsetsThatThePolicyNames() throws Exception {
        // Given
        writeLog(400, 500);
        var policy = TwoPassPolicy.newBuilder()
                .setRate(1)
                .setBalance(Balance.BALANCE_GLOBAL)
                .addAllUntilOffsets(List.of(10L, 0L, 1000L, 100L));

        // When
        curricula.accept(
                "curriculum/log",
                Policies.control(1, SelectionPolicy.newBuilder().setTwoPass(policy)));
        curricula.accept(
                "curriculum/wrong",
                Policies.control(
                        1,
                        SelectionPolicy.newBuilder()
                                .setTwoPass(
                                        TwoPassPolicy.newBuilder().setRate(1).addUntilOffsets(5))));
        work();

        // Then
        assertThat(selected("log")).hasSize(10 + 100 + 100);
        assertThat(ends("log")).containsExactly(0, 1, 2, 3);
        assertThat(ruleReports.problem())
                .isEqualTo(
                        "curriculum 'wrong': two_pass.until_offsets has 1 offsets, teacher-outputs has 4 partitions");
    }

    @Test
    void aWindowKeepsItsSmallestAndWhatIsLeftAtTheEndItsPart() throws Exception {
        // Given
        var policy = TopNWindowPolicy.newBuilder().setWindow(100).setKeep(20).setBalance(Balance.BALANCE_GLOBAL);
        curricula.accept(
                "curriculum/windows",
                Policies.control(3, SelectionPolicy.newBuilder().setTopNWindow(policy)));

        // When
        List<Known> samples = pipe(0, 250);
        work();
        int beforeTheEnd = selected("windows").size();
        pipeEnd();
        work();

        // Then
        List<SelectedSample> kept = selected("windows");
        List<String> expected = new ArrayList<>();
        expected.addAll(Known.bruteForce(samples.subList(0, 100), 20, Balance.BALANCE_GLOBAL));
        expected.addAll(Known.bruteForce(samples.subList(100, 200), 20, Balance.BALANCE_GLOBAL));
        expected.addAll(Known.bruteForce(samples.subList(200, 250), 10, Balance.BALANCE_GLOBAL));
        assertThat(beforeTheEnd).isEqualTo(40);
        assertThat(positions(kept)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(kept).allMatch(one -> one.getPolicyGeneration() == 3);
        assertThat(rejected()).isEqualTo(200);
        assertThat(ends("windows")).containsExactly(0);
        assertThat(ruleReports.reports().get("windows").thresholds()).hasSize(1);
    }

    @Test
    void whatIsLostWhenItsWindowIsDecidedBecomesADeadLetter() throws Exception {
        // Given
        var policy = TopNWindowPolicy.newBuilder().setWindow(100).setKeep(99).setBalance(Balance.BALANCE_GLOBAL);
        curricula.accept(
                "curriculum/windows",
                Policies.control(1, SelectionPolicy.newBuilder().setTopNWindow(policy)));
        for (long offset = 0; offset < 4; offset++) {
            TeacherOutput whole = TeacherOutputs.output(0, offset).build();
            TeacherOutput light = offset == 2 ? MemorySamples.light(whole) : payloads.store(whole);
            pipe(TeacherOutputs.record("t", light));
        }

        // When
        work();
        pipeEnd();
        work();

        // Then
        assertThat(positions(selected("windows")))
                .containsExactly(TeacherOutputs.id(0, 0), TeacherOutputs.id(0, 1), TeacherOutputs.id(0, 3));
        assertThat(read(TOPICS.deadLetters(Topics.Stage.SELECTOR)))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(CloudEvents.text(letter.headers(), DeadLetters.REASON))
                            .isEqualTo("sample_expired");
                    assertThat(CloudEvents.text(letter.headers(), DeadLetters.TOPIC))
                            .isEqualTo(TOPICS.teacherOutputs());
                    assertThat(CloudEvents.text(letter.headers(), DeadLetters.OFFSET))
                            .isEqualTo("2");
                });
    }

    @Test
    void aNewGenerationSettlesTheWindowOfTheOneBefore() throws Exception {
        // Given
        curricula.accept("curriculum/windows", Policies.topNWindow(1, 100, 50));
        pipe(0, 150);
        work();
        int before = selected("windows").size();

        // When
        curricula.accept("curriculum/windows", Policies.threshold(2, 0));
        pipe(150, 10);
        work();
        curricula.reconcile(Map.of());
        pipe(160, 10);
        work();

        // Then
        assertThat(before).isLessThanOrEqualTo(50);
        assertThat(selected("windows").size()).isBetween(before + 10, before + 25);
        assertThat(rejected()).isEqualTo(160 - selected("windows").size());
    }

    @Test
    void ranksByTheScoreThatThePolicyNames() throws Exception {
        // Given
        curricula.accept(
                "curriculum/fn",
                Policies.control(
                        1,
                        SelectionPolicy.newBuilder()
                                .setScore(Score.SCORE_FEATURE_NORMALISED)
                                .setTwoPass(
                                        TwoPassPolicy.newBuilder().setKeep(1).setBalance(Balance.BALANCE_GLOBAL))));
        TeacherOutput confident = TeacherOutputs.withLogits(TeacherOutputs.output(0, 0), 9, 0)
                .setFeatureNorm(100)
                .build();
        TeacherOutput aligned = TeacherOutputs.withLogits(TeacherOutputs.output(0, 1), 3, 0)
                .setFeatureNorm(3)
                .build();

        // When
        log.append(TeacherOutputs.record("t", confident));
        log.append(TeacherOutputs.record("t", aligned));
        for (int partition = 0; partition < PARTITIONS; partition++) {
            log.append(TeacherOutputs.end("t", partition, PARTITIONS));
        }
        work();

        // Then
        SelectedSample kept = selected("fn").get(0);
        assertThat(kept.getTeacherOutput()).isEqualTo(aligned);
        assertThat(kept.getScore()).isEqualTo(Math.log1p(Math.exp(-1)));
        assertThat(kept.getThreshold()).isEqualTo(kept.getScore());
        assertThat(kept.getNoiseValue()).isEqualTo(Math.log1p(Math.exp(-3)));
    }

    private static SelectionPolicy.Builder twoPass(Balance balance) {
        return SelectionPolicy.newBuilder()
                .setTwoPass(TwoPassPolicy.newBuilder().setBalance(balance));
    }

    /** Writes a log of few distinct noise values, with its end markers. */
    private List<Known> writeLog(int count, int values) {
        SplittableRandom random = new SplittableRandom(count);
        List<Known> samples = new ArrayList<>();
        TeacherOutput small = TeacherOutputs.output(0, 0).clearFeatures().build();
        for (int i = 0; i < count; i++) {
            int partition = i % PARTITIONS;
            long offset = i / PARTITIONS;
            float[] logits = new float[TeacherOutputs.CLASSES];
            int label = Math.min(random.nextInt(logits.length), random.nextInt(logits.length));
            logits[label] = random.nextInt(values) / 25f;
            log.append(TeacherOutputs.record("t", mixed(sample(small, partition, offset, logits))));
            samples.add(Known.of(partition, offset, logits));
        }
        for (int partition = 0; partition < PARTITIONS; partition++) {
            log.append(TeacherOutputs.end("t", partition, PARTITIONS));
        }
        return samples;
    }

    private static TeacherOutput sample(TeacherOutput like, int partition, long offset, float[] logits) {
        var output = like.toBuilder()
                .setPosition(SamplePosition.newBuilder().setPartition(partition).setOffset(offset));
        output.getSampleBuilder().setId(TeacherOutputs.id(partition, offset)).clearPayload();
        return TeacherOutputs.withLogits(output, logits).build();
    }

    /** Every other output goes without its sample, as in a log that teachers of two versions have written. */
    private TeacherOutput mixed(TeacherOutput output) {
        return output.getPosition().getOffset() % 2 == 0 ? output : payloads.store(output);
    }

    /** Sends samples to partition 0, and into the log as well. */
    private List<Known> pipe(long first, int count) {
        List<Known> samples = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(first);
        for (long offset = first; offset < first + count; offset++) {
            float[] logits = new float[TeacherOutputs.CLASSES];
            logits[(int) (offset % logits.length)] = 1 + random.nextInt(40) / 4f;
            TeacherOutput output = sample(TeacherOutputs.output(0, offset).build(), 0, offset, logits);
            pipe(TeacherOutputs.record("t", mixed(output)));
            samples.add(Known.of(0, offset, logits));
        }
        return samples;
    }

    private void pipeEnd() {
        pipe(TeacherOutputs.end("t", 0, 1));
    }

    private void pipe(ProducerRecord<byte[], byte[]> record) {
        log.append(record);
        input.pipeInput(new TestRecord<>(record.key(), record.value(), record.headers(), 1L));
    }

    /** Lets the stage work until it has nothing more to write. */
    private void work() {
        int idle = 0;
        while (idle < 5) {
            long before = log.served();
            driver.advanceWallClockTime(Duration.ofSeconds(5));
            idle = log.served() == before ? idle + 1 : 0;
        }
    }

    private final Map<String, List<TestRecord<byte[], byte[]>>> read = new HashMap<>();

    private List<TestRecord<byte[], byte[]>> read(String topic) {
        List<TestRecord<byte[], byte[]>> all = read.computeIfAbsent(topic, unused -> new ArrayList<>());
        all.addAll(driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList());
        return all;
    }

    private List<SelectedSample> selected(String curriculum) throws InvalidProtocolBufferException {
        List<SelectedSample> selected = new ArrayList<>();
        for (var record : read(TOPICS.curriculum(curriculum))) {
            CurriculumRecord entry = CurriculumRecord.parseFrom(record.value());
            if (entry.hasSelected()) {
                selected.add(entry.getSelected());
            }
        }
        assertThat(selected)
                .extracting(SelectedSample::getTeacherOutput)
                .allMatch(one -> one.hasSample() && !one.hasHead());
        return selected;
    }

    private List<Integer> ends(String curriculum) throws InvalidProtocolBufferException {
        List<Integer> ends = new ArrayList<>();
        for (var record : read(TOPICS.curriculum(curriculum))) {
            CurriculumRecord entry = CurriculumRecord.parseFrom(record.value());
            if (entry.hasEndOfStream()) {
                ends.add(entry.getEndOfStream().getSourcePartition());
            } else {
                assertThat(ends).isEmpty();
            }
        }
        return ends;
    }

    private int rejected() throws InvalidProtocolBufferException {
        List<RejectedSample> rejected = new ArrayList<>();
        for (var record : read(TOPICS.rejected())) {
            rejected.add(RejectedSample.parseFrom(record.value()));
        }
        return rejected.size();
    }

    private static List<String> positions(List<SelectedSample> kept) {
        return kept.stream()
                .map(one -> one.getTeacherOutput().getPosition())
                .map(position -> TeacherOutputs.id(position.getPartition(), position.getOffset()))
                .sorted()
                .toList();
    }

    private static boolean inLogOrder(List<SelectedSample> kept) {
        Map<Integer, Long> last = new HashMap<>();
        return kept.stream().map(one -> one.getTeacherOutput().getPosition()).allMatch(position -> {
            Long before = last.put(position.getPartition(), position.getOffset());
            return before == null || before < position.getOffset();
        });
    }
}
