// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.control.CompactedTopic;
import io.wildstream.contracts.control.Entries;
import io.wildstream.contracts.control.EntryFormat;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.gateway.Kafka;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * The instances of all services, by their heartbeats. A heartbeat counts only in the topic of its kind of service. The topic of versions
 * before 0.3, in which all kinds were, is followed where it is: of an instance that is in both, the heartbeat that arrived last counts.
 */
final class Instances {

    private final Heartbeats heartbeats = new Heartbeats(System::nanoTime, Instant::now);
    private final BooleanSupplier caughtUp;
    private final Runnable signal;
    private final List<CompactedTopic<InstanceStatus>> topics = new ArrayList<>();

    /**
     * Starts to read.
     *
     * @param former whether the topic of versions before 0.3 is there
     * @param caughtUp whether everything that was in the topics at the start has been read
     * @param signal called after each heartbeat
     */
    Instances(Kafka kafka, boolean former, BooleanSupplier caughtUp, Runnable signal) {
        this.caughtUp = caughtUp;
        this.signal = signal;
        for (ServiceKind kind : Kafka.REPORTING) {
            follow(kafka, kafka.topics().status(kind), (key, value) -> ofKind(kind, Entries.status(key, value)));
        }
        if (former) {
            follow(kafka, kafka.topics().formerStatus(), Entries::status);
        }
    }

    private void follow(Kafka kafka, String topic, EntryFormat<InstanceStatus> format) {
        topics.add(new CompactedTopic<>(
                kafka.client(), topic, format, kafka.marks(), (instance, status) -> heard(topic, status)));
    }

    private static InstanceStatus ofKind(ServiceKind kind, InstanceStatus status) {
        Set<ServiceKind> allowed = kind == ServiceKind.SERVICE_KIND_TRAINER
                ? Set.of(kind, ServiceKind.SERVICE_KIND_CONDENSER)
                : Set.of(kind);
        if (!allowed.contains(status.getService())) {
            throw new IllegalArgumentException(
                    "it is a heartbeat of " + status.getService() + ", which has another topic");
        }
        return status;
    }

    /** The topics that are followed. */
    List<CompactedTopic<InstanceStatus>> topics() {
        return topics;
    }

    /** All instances, by name, however old their newest heartbeat is. */
    List<InstanceStatus> all() {
        return newest().values().stream().map(Heard::status).toList();
    }

    /** Instances whose newest heartbeat is younger and does not say that they have stopped, by name. */
    List<InstanceStatus> within(Duration age) {
        return newest().values().stream()
                .filter(heard -> !heard.status().getStopped())
                .filter(heard -> heartbeats.within(id(heard.topic(), heard.status()), age))
                .map(Heard::status)
                .toList();
    }

    private Map<Id, Heard> newest() {
        Map<Id, Heard> newest = new TreeMap<>(Comparator.comparing(Id::instance).thenComparing(Id::service));
        for (CompactedTopic<InstanceStatus> topic : topics) {
            for (InstanceStatus status : topic.newest().values()) {
                newest.merge(
                        new Id(status.getInstance(), status.getService()),
                        new Heard(topic.topic(), status),
                        this::later);
            }
        }
        return newest;
    }

    private Heard later(Heard one, Heard other) {
        boolean before = heartbeats.before(id(one.topic(), one.status()), id(other.topic(), other.status()));
        return before ? other : one;
    }

    private void heard(String topic, InstanceStatus status) {
        Instant sent = Instant.ofEpochSecond(
                status.getTime().getSeconds(), status.getTime().getNanos());
        heartbeats.heard(id(topic, status), sent, !caughtUp.getAsBoolean());
        signal.run();
    }

    private static String id(String topic, InstanceStatus status) {
        return topic + "/" + status.getInstance();
    }

    private record Id(String instance, ServiceKind service) {}

    private record Heard(String topic, InstanceStatus status) {}
}
