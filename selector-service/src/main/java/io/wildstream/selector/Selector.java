// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.wildstream.contracts.KafkaClients;
import io.wildstream.contracts.TopicProvision;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.control.ControlLog;
import io.wildstream.contracts.control.Problems;
import io.wildstream.contracts.control.StatusReporter;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.SelectorStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.selection.RuleReport;
import io.wildstream.selector.curriculum.Curricula;
import io.wildstream.selector.curriculum.Curriculum;
import io.wildstream.selector.metrics.RuleReports;
import io.wildstream.selector.metrics.SelectorMetrics;
import io.wildstream.selector.payload.PayloadTopic;
import io.wildstream.selector.ranking.KafkaOutputLog;
import io.wildstream.selector.streams.ChangelogPartitions;
import io.wildstream.selector.streams.FailurePolicy;
import io.wildstream.selector.streams.StageParts;
import io.wildstream.selector.streams.StreamsClients;
import io.wildstream.selector.streams.StreamsLag;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running selector: topics, control, processing and heartbeats, started in this order and stopped in reverse. Processing begins when
 * all policies on {@code control} are known, so that a restart decides by the same policies as before it.
 */
public final class Selector implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Selector.class);
    private static final Duration CONTROL_WAIT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    /** Time between two looks at the topics that exist. */
    private static final Duration LOOK_FOR_TOPICS = Duration.ofSeconds(10);

    private static final long TIMEOUT_SECONDS = 6;

    private final SelectorSettings settings;
    private final Topics topics;
    private final SelectorMetrics metrics;
    private final Admin admin;
    private final PayloadTopic payloads;
    private final Curricula curricula;
    private final RuleReports ruleReports = new RuleReports();
    private final FailurePolicy failures;
    private final ControlLog control;
    private final StatusReporter reporter;
    private final KafkaStreams streams;
    private final KafkaStreamsMetrics streamsMeters;
    /** When the topics were looked at last; only the reporter's thread uses it. */
    private long topicsSeen = System.nanoTime();

    private volatile String topicProblem = "";

    /**
     * Starts, waiting for Kafka.
     *
     * @param client bootstrap servers and security
     * @throws IllegalStateException when Kafka does not respond
     * @throws InterruptedException when interrupted while it waits for {@code control}
     */
    @SuppressWarnings("this-escape")
    public Selector(Map<String, ?> client, SelectorSettings settings, SelectorMetrics metrics)
            throws InterruptedException {
        this.settings = settings;
        this.topics = settings.topics();
        this.metrics = metrics;
        this.curricula = new Curricula(this::ensureCurriculum);
        Map<String, Object> plain = new TreeMap<>(client);
        plain.remove("group.id");
        this.admin = KafkaClients.connect(plain);
        this.payloads = new PayloadTopic(plain, admin, topics, settings.instance());
        var parts = new StageParts(topics, curricula, metrics, ruleReports, settings.publishRejected(), payloads::open);
        var topology = SelectorTopology.build(
                parts, settings.driftDelta(), () -> new KafkaOutputLog(plain, topics), Stores::persistentKeyValueStore);
        var properties = settings.streams().properties(client, topics, settings.instance());

        ensureTopics();
        var changelog = new ChangelogPartitions(admin, topics, SelectionProcessor.STORE);
        changelog.follow();
        this.failures = new FailurePolicy(System::nanoTime, changelog::follow);
        this.control = new ControlLog(plain, topics, settings.marks(), curricula::accept);
        while (!control.awaitCaughtUp(CONTROL_WAIT)) {
            LOGGER.warn("still reading topic={}", topics.control());
        }
        while (curricula.awaitsKafka()) {
            LOGGER.warn("waiting for the topics of curricula problem={}", curricula.problem());
            TimeUnit.SECONDS.sleep(1);
            curricula.reconcile(control.newest());
        }
        this.streams = new KafkaStreams(topology, properties, new StreamsClients());
        streams.setUncaughtExceptionHandler(failures);
        streams.setStateListener((next, previous) -> LOGGER.info("processing state={} previous={}", next, previous));
        metrics.lag(() -> StreamsLag.of(streams));
        metrics.horizon(payloads::horizon);
        this.streamsMeters = metrics.streams(streams);
        streams.start();
        this.reporter = new StatusReporter(
                plain, topics, settings.instance(), ServiceKind.SERVICE_KIND_SELECTOR, this::describe);
        LOGGER.info(
                "selector started instance={} curricula={}",
                settings.instance(),
                curricula.current().keySet());
    }

    /** Whether every thread has its partitions and works, and {@code control} is followed. */
    public boolean ready() {
        return streams.state() == KafkaStreams.State.RUNNING && control.isAlive();
    }

    /** State of the processing. */
    public String state() {
        return streams.state().toString();
    }

    /** Whether processing has stopped and will not start again. */
    public boolean failed() {
        return streams.state() == KafkaStreams.State.ERROR
                || streams.state() == KafkaStreams.State.PENDING_ERROR
                || !failures.problem().isEmpty();
    }

    /** The present problem, or empty. */
    public String problem() {
        if (!failures.problem().isEmpty()) {
            return failures.problem();
        }
        return Problems.joined(Stream.of(
                topicProblem, curricula.problem(), ruleReports.problem(), control.obstacle(), payloads.problem()));
    }

    /** Commits, and leaves the group so that others take over at once. */
    @Override
    public void close() {
        var options = new KafkaStreams.CloseOptions().leaveGroup(true).timeout(STOP_TIMEOUT);
        streamsMeters.close();
        if (!streams.close(options)) {
            LOGGER.warn("processing did not stop in time timeout={}", STOP_TIMEOUT);
        }
        control.close();
        payloads.close();
        reporter.close();
        admin.close(Duration.ofSeconds(5));
        LOGGER.info("selector stopped instance={}", settings.instance());
    }

    /** The processing itself, for tests that look at its tasks. */
    KafkaStreams streams() {
        return streams;
    }

    private void ensureTopics() {
        TopicProvision provision = provision();
        provision.stream(topics.teacherOutputs());
        if (settings.publishRejected()) {
            provision.stream(topics.rejected());
        }
        provision.single(
                topics.rankingTopic(),
                topics.eventsTopic(),
                topics.stream(topics.deadLetters(Stage.SELECTOR), 1),
                topics.controlTopic(),
                topics.statusTopic(ServiceKind.SERVICE_KIND_SELECTOR));
    }

    private void ensureCurriculum(String name) {
        provision().single(topics.curriculumTopic(name));
    }

    private TopicProvision provision() {
        return new TopicProvision(admin, topics, settings.createTopics(), settings.partitions());
    }

    /** Called before each heartbeat; topics that could not be created before are tried again here. */
    private void describe(InstanceStatus.Builder status) {
        curricula.reconcile(control.newest());
        restoreTopics();
        Map<String, RuleReport> reports = ruleReports.reports();
        metrics.reports(curricula.current().values(), reports);
        SelectorStatus.Builder detail = SelectorStatus.newBuilder()
                .setDeadLetters((long) metrics.deadLetters())
                .setDrifts((long) metrics.drifts())
                .addAllWritten(ruleReports.written())
                .setCountsIncomplete(ruleReports.countsIncomplete())
                .setPayloads(payloads.place());
        payloads.horizon().ifPresent(detail::setPayloadHorizon);
        DriftEvent lastDrift = ruleReports.lastDrift();
        if (lastDrift != null) {
            detail.setLastDrift(lastDrift);
        }
        curricula.current().values().forEach(curriculum -> {
            status.putObservedGenerations(ControlKeys.curriculum(curriculum.name()), curriculum.generation());
            detail.addCurricula(describe(curriculum, reports));
        });
        status.setSelector(detail).setProblem(problem());
    }

    private void restoreTopics() {
        if (System.nanoTime() - topicsSeen < LOOK_FOR_TOPICS.toNanos()) {
            return;
        }
        topicsSeen = System.nanoTime();
        try {
            Set<String> there = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            List<String> missing =
                    ownTopics().filter(topic -> !there.contains(topic)).toList();
            if (!missing.isEmpty()) {
                LOGGER.error("topics are made again, as they were deleted: what they held is lost topics={}", missing);
                ensureTopics();
            }
            topicProblem = "";
            curricula.restore(there, topics::curriculum);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.debug("topics were not listed", e);
        } catch (RuntimeException e) {
            topicProblem = "a topic was deleted: " + e.getMessage();
        }
    }

    /** What this stage reads and writes besides the curricula. */
    private Stream<String> ownTopics() {
        Stream<String> always = Stream.of(
                topics.teacherOutputs(),
                topics.ranking(),
                topics.events(),
                topics.deadLetters(Stage.SELECTOR),
                topics.control(),
                topics.status(ServiceKind.SERVICE_KIND_SELECTOR));
        return settings.publishRejected() ? Stream.concat(always, Stream.of(topics.rejected())) : always;
    }

    private SelectorStatus.Curriculum describe(Curriculum curriculum, Map<String, RuleReport> reports) {
        SelectorMetrics.CurriculumMeters meters = metrics.curriculum(curriculum.name());
        SelectorStatus.Curriculum.Builder status = SelectorStatus.Curriculum.newBuilder()
                .setName(curriculum.name())
                .setGeneration(curriculum.generation())
                .setKept((long) meters.keptCounter().count())
                .setNotKept((long) meters.notKeptCounter().count());
        RuleReport report = reports.get(curriculum.name());
        if (report != null) {
            status.addAllThresholds(report.thresholds());
        }
        return status.build();
    }
}
