// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.SelectorStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.selection.RandomRule;
import io.wildstream.selection.RuleState;
import io.wildstream.selection.ScoredSample;
import io.wildstream.selection.SelectionDecision;
import io.wildstream.selector.app.TestSettings;
import io.wildstream.selector.curriculum.Curriculum;
import io.wildstream.selector.input.TeacherOutputReader;
import io.wildstream.selector.metrics.SelectorMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The selector on a real broker: exactly once over clean and violent ends, two instances, end of stream, policies at run time. */
@UsesBroker
class SelectorClusterTest {

    private static final int PARTITIONS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    @TempDir
    Path directory;

    private final Topics topics = new Topics(TestBroker.prefix(SelectorClusterTest.class));
    private final List<Selector> running = new ArrayList<>();

    @AfterEach
    void stop() {
        running.forEach(Selector::close);
    }

    @Test
    void shouldDecideOnEverySampleOnceOverAProcessThatDiesAndItsSuccessor() throws Exception {
        // Given
        control("all", Policies.threshold(1, 100));
        control("balanced", Policies.keepRate(1, 0.27, Balance.BALANCE_CLASS));
        control("chance", Policies.random(1, 0.27, 3));
        control("windows", Policies.topNWindow(1, 1000, 270));
        control("log", Policies.twoPass(1, 0.27));
        write(0, 4000);
        SelectorProcess first = SelectorProcess.start(topics, directory.resolve("state"), "selector-0");
        awaitCommitted("all", 500);

        // When
        first.kill();
        write(4000, 2000);
        writeEnds();
        Selector second = start("selector-0", directory.resolve("state"));
        awaitEnds("all");
        awaitEnds("balanced");
        awaitEnds("chance");
        awaitEnds("windows");
        awaitEnds("log");

        // Then
        Map<String, Integer> all = positions("all");
        assertThat(all).hasSize(6000 * PARTITIONS);
        assertThat(all.values()).containsOnly(1);
        assertThat(positions("balanced").values()).containsOnly(1);
        assertThat(positions("balanced").keySet()).isEqualTo(chosenWithoutCrash(6000, "balanced"));
        double expected = 0.27 * 6000 * PARTITIONS;
        assertThat((double) positions("balanced").size()).isCloseTo(expected, within(0.02 * expected));
        assertThat(positions("chance").keySet()).isEqualTo(chosenByChance(6000, 0.27, 3));
        assertThat(positions("windows").values()).hasSize((int) expected).containsOnly(1);
        assertThat(positions("log").values()).containsOnly(1);
        assertThat(positions("log").keySet()).isEqualTo(smallestOfEachClass(6000, (int) expected));
        assertThat(second.problem()).isEmpty();
        for (String curriculum : List.of("all", "balanced", "chance", "windows", "log")) {
            long selected = positions(curriculum).size();
            await().atMost(PATIENCE).until(() -> written(curriculum) == selected);
        }
        assertThat(newestStatus().getSelector().getCountsIncomplete()).isFalse();
    }

    /** What the heartbeats say of a curriculum: the counts of the dead process are in the state. */
    private long written(String curriculum) throws Exception {
        return newestStatus().getSelector().getWrittenList().stream()
                .filter(written -> written.getTopic().equals("curriculum." + curriculum))
                .mapToLong(SelectorStatus.WrittenCount::getRecords)
                .sum();
    }

    @Test
    void shouldShareTheWorkOfTwoInstancesAndHandItOver() throws Exception {
        // Given
        control("all", Policies.threshold(1, 100));
        control("global", Policies.keepRate(1, 0.5, Balance.BALANCE_GLOBAL));
        Selector first = start("selector-0", directory.resolve("first"));
        write(0, 1000);
        awaitCommitted("all", 1000 * PARTITIONS);
        Selector second = start("selector-1", directory.resolve("second"));
        await().atMost(PATIENCE)
                .until(() -> second.ready()
                        && tasks(second) >= 1
                        && tasks(first) >= 1
                        && tasks(second) + tasks(first) == PARTITIONS + 1);

        // When
        write(1000, 1000);
        awaitCommitted("all", 2000 * PARTITIONS);
        running.remove(first);
        first.close();
        write(2000, 1000);
        writeEnds();
        awaitEnds("all");
        awaitEnds("global");

        // Then
        assertThat(positions("all")).hasSize(3000 * PARTITIONS);
        assertThat(positions("all").values()).containsOnly(1);
        assertThat(positions("global").values()).containsOnly(1);
        assertThat((double) positions("global").size()).isCloseTo(0.5 * 3000 * PARTITIONS, within(30.0));
    }

    @Test
    void shouldFollowControlWhileItRunsAndReportIt() throws Exception {
        // Given
        Selector selector = start("selector-0", directory.resolve("state"));
        await().atMost(PATIENCE).until(selector::ready);

        // When
        control("late", Policies.threshold(7, 100));
        control("broken", Policies.random(1, 3, 1));
        await().atMost(PATIENCE)
                .until(() -> newestStatus().getObservedGenerationsOrDefault(ControlKeys.curriculum("late"), 0) == 7);
        write(0, 100);
        awaitCommitted("late", 100 * PARTITIONS);

        // Then
        await().atMost(PATIENCE)
                .until(() -> newestStatus().getSelector().getCurricula(0).getKept() == 100 * PARTITIONS
                        && newestStatus().getSelector().getCurricula(0).getThresholdsCount() == 1);
        InstanceStatus status = newestStatus();
        assertThat(status.getInstance()).isEqualTo("selector-0");
        assertThat(status.getProblem()).contains("'broken'").contains("random.rate");
        assertThat(status.getObservedGenerationsMap()).hasSize(1);
        assertThat(status.getSelector().getCurricula(0).getName()).isEqualTo("late");
        assertThat(status.getSelector().getCurricula(0).getThresholdsList()).containsExactly(100.0);
    }

    @Test
    void shouldSayFarewellAtACleanStop() throws Exception {
        // Given
        Selector selector = start("selector-0", directory.resolve("state"));
        await().atMost(PATIENCE).until(selector::ready);

        // When
        running.remove(selector);
        selector.close();

        // Then
        assertThat(newestStatus().getStopped()).isTrue();
    }

    private static int tasks(Selector selector) {
        return selector.streams().metadataForLocalThreads().stream()
                .mapToInt(thread -> thread.activeTasks().size())
                .sum();
    }

    private Selector start(String instance, Path state) throws InterruptedException {
        Selector selector = new Selector(
                TestBroker.get().client(),
                TestSettings.selector(topics, instance, PARTITIONS, state),
                new SelectorMetrics(new SimpleMeterRegistry()));
        running.add(selector);
        return selector;
    }

    private void control(String name, ControlRecord record) {
        ensure(topics.controlTopic());
        TestLog.write(List.of(new ProducerRecord<>(
                topics.control(), TeacherOutputs.bytes(ControlKeys.curriculum(name)), record.toByteArray())));
    }

    private void ensure(org.apache.kafka.clients.admin.NewTopic topic) {
        try (var admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(admin, List.of(topic));
        }
    }

    private void write(long first, int count) {
        ensure(topics.stream(topics.teacherOutputs(), PARTITIONS));
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (long offset = first; offset < first + count; offset++) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                records.add(TeacherOutputs.record(
                        topics.teacherOutputs(),
                        TeacherOutputs.output(partition, offset).build()));
            }
        }
        TestLog.write(records);
    }

    private void writeEnds() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            records.add(TeacherOutputs.end(topics.teacherOutputs(), partition, PARTITIONS));
        }
        TestLog.write(records);
    }

    private void awaitCommitted(String curriculum, int count) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> TestLog.committed(topics.curriculum(curriculum)).size() >= count);
    }

    /** Waits for all end markers; checks that each stands behind the decisions of its partition. */
    private void awaitEnds(String curriculum) throws Exception {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> ends(curriculum).size() == PARTITIONS);
        assertThat(ends(curriculum)).hasSize(PARTITIONS);
    }

    private Set<Integer> ends(String curriculum) throws Exception {
        Set<Integer> ended = new TreeSet<>();
        for (var record : TestLog.committed(topics.curriculum(curriculum))) {
            CurriculumRecord entry = CurriculumRecord.parseFrom(record.value());
            if (entry.hasEndOfStream()) {
                assertThat(ended.add(entry.getEndOfStream().getSourcePartition()))
                        .isTrue();
            } else {
                assertThat(ended)
                        .doesNotContain(entry.getSelected()
                                .getTeacherOutput()
                                .getPosition()
                                .getPartition());
            }
        }
        return ended;
    }

    /** How often each sample stands in a curriculum. */
    private Map<String, Integer> positions(String curriculum) throws Exception {
        Map<String, Integer> counts = new HashMap<>();
        for (var record : TestLog.committed(topics.curriculum(curriculum))) {
            CurriculumRecord entry = CurriculumRecord.parseFrom(record.value());
            if (entry.hasSelected()) {
                SamplePosition position = entry.getSelected().getTeacherOutput().getPosition();
                counts.merge(TeacherOutputs.id(position.getPartition(), position.getOffset()), 1, Integer::sum);
            }
        }
        return counts;
    }

    private static Set<String> chosenByChance(int count, double rate, long seed) {
        var rule = new RandomRule(rate, seed);
        Set<String> chosen = new HashSet<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (long offset = 0; offset < count; offset++) {
                var sample = new ScoredSample(partition, offset, 0, 0, 10);
                if (rule.decide(sample) instanceof SelectionDecision.Kept) {
                    chosen.add(TeacherOutputs.id(partition, offset));
                }
            }
        }
        return chosen;
    }

    /** What the balanced rule chooses in a run that nothing disturbs: the crash must not show. */
    private static Set<String> chosenWithoutCrash(int count, String curriculum) {
        var control = Policies.keepRate(1, 0.27, Balance.BALANCE_CLASS);
        Set<String> chosen = new HashSet<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            var rule = new Curriculum(curriculum, 1, control.getSelectionPolicy()).selection(new NoState());
            for (long offset = 0; offset < count; offset++) {
                byte[] bytes = TeacherOutputs.output(partition, offset).build().toByteArray();
                var output = (TeacherOutputReader.Output) TeacherOutputReader.output(bytes);
                if (rule.decide(output.scored()) instanceof SelectionDecision.Kept) {
                    chosen.add(TeacherOutputs.id(partition, offset));
                }
            }
        }
        return chosen;
    }

    /** The whole log, sorted. */
    private static Set<String> smallestOfEachClass(int count, int keep) {
        Map<Integer, List<TeacherOutputReader.Output>> byClass = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (long offset = 0; offset < count; offset++) {
                byte[] bytes = TeacherOutputs.output(partition, offset).build().toByteArray();
                var output = (TeacherOutputReader.Output) TeacherOutputReader.output(bytes);
                byClass.computeIfAbsent(output.scored().sample().pseudoLabel(), label -> new ArrayList<>())
                        .add(output);
            }
        }
        Set<String> chosen = new HashSet<>();
        byClass.values()
                .forEach(outputs -> outputs.stream()
                        .sorted(java.util.Comparator.comparingDouble(
                                output -> output.scored().sample().noiseValue()))
                        .limit(keep / TeacherOutputs.CLASSES)
                        .forEach(output ->
                                chosen.add(output.message().getSample().getId())));
        return chosen;
    }

    /** A state that nothing is read from again. */
    private static final class NoState implements RuleState {

        @Override
        public void put(byte[] key, byte[] value) {}

        @Override
        public void delete(byte[] key) {}

        @Override
        public void forEach(BiConsumer<byte[], byte[]> visitor) {}
    }

    private InstanceStatus newestStatus() throws Exception {
        InstanceStatus newest = InstanceStatus.getDefaultInstance();
        for (var record : TestLog.committed(topics.status(ServiceKind.SERVICE_KIND_SELECTOR))) {
            newest = InstanceStatus.parseFrom(record.value());
        }
        return newest;
    }
}
