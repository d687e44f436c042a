// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.curriculum;

import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.control.Problems;
import io.wildstream.contracts.v1.ControlRecord;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The curricula that decide on records, as {@code control} defines them. A curriculum appears here only when its topic exists, so
 * that a record can be forwarded to it without waiting. A policy that is not valid changes nothing: the generation
 * before it stays in force, and {@link #problem} says why.
 */
public final class Curricula {

    private static final Logger LOGGER = LoggerFactory.getLogger(Curricula.class);

    private final Consumer<String> topicMaker;
    /** Curricula whose topic could not be created yet. Guarded by this. */
    private final Map<String, Curriculum> waiting = new TreeMap<>();
    /** Those of them for which Kafka did not respond. Guarded by this. */
    private final Set<String> withoutResponse = new TreeSet<>();
    /** Why a curriculum's newest policy is not in force. Guarded by this. */
    private final Map<String, String> problems = new TreeMap<>();
    /** Whose topic was deleted and could not be made again yet, and why. Guarded by this. */
    private final Map<String, String> deleted = new TreeMap<>();
    /** Never changed once set; writes guarded by this. */
    private volatile Map<String, Curriculum> current = Map.of();

    /**
     * No curricula yet.
     *
     * @param topicMaker returns when the topic of the curriculum with this name exists, or throws
     */
    public Curricula(Consumer<String> topicMaker) {
        this.topicMaker = topicMaker;
    }

    /** The curricula by name, in their order; another object after each change. */
    public Map<String, Curriculum> current() {
        return current;
    }

    /** The present problem, or empty. */
    public synchronized String problem() {
        return Problems.joined(Stream.concat(problems.values().stream(), deleted.values().stream()));
    }

    /**
     * Whether a curriculum is not there only because Kafka did not respond. Records that are processed meanwhile are
     * never decided for it: a process that starts again must wait.
     */
    public synchronized boolean awaitsKafka() {
        return !withoutResponse.isEmpty();
    }

    /** Takes a record of {@code control}; those about other things are ignored. */
    public synchronized void accept(String key, ControlRecord record) {
        String name = ControlKeys.curriculumOf(key);
        if (name == null) {
            return;
        }
        forget(name);
        try {
            waiting.put(name, new Curriculum(name, record.getGeneration(), record.getSelectionPolicy()));
        } catch (IllegalArgumentException e) {
            problems.put(
                    name, "curriculum '" + name + "' generation " + record.getGeneration() + ": " + e.getMessage());
            LOGGER.error(
                    "policy refused curriculum={} generation={} cause={}",
                    name,
                    record.getGeneration(),
                    e.getMessage());
        }
        openWaiting();
    }

    /** Tries again what could not be done, and drops curricula whose key has left {@code control}. */
    public synchronized void reconcile(Map<String, ControlRecord> control) {
        openWaiting();
        Map<String, Curriculum> left = new TreeMap<>(current);
        if (left.keySet().removeIf(name -> !control.containsKey(ControlKeys.curriculum(name)))) {
            current = left;
            LOGGER.info("curricula removed remaining={}", left.keySet());
        }
        problems.keySet().removeIf(name -> !control.containsKey("curriculum/" + name));
        deleted.keySet().retainAll(current.keySet());
    }

    /**
     * Makes topics again that were deleted while this process runs: a record that is to be forwarded to one would hold up all others.
     *
     * @param there names of the topics that exist
     * @param topicOf name of a curriculum's topic
     */
    public synchronized void restore(Set<String> there, UnaryOperator<String> topicOf) {
        for (String name : current.keySet()) {
            if (there.contains(topicOf.apply(name))) {
                deleted.remove(name);
                continue;
            }
            try {
                topicMaker.accept(name);
                deleted.remove(name);
                LOGGER.error(
                        "topic made again, as it was deleted: what it held is lost topic={} curriculum={}",
                        topicOf.apply(name),
                        name);
            } catch (RuntimeException e) {
                deleted.put(name, "curriculum '" + name + "': its topic was deleted: " + e.getMessage());
            }
        }
    }

    private void forget(String name) {
        waiting.remove(name);
        withoutResponse.remove(name);
        problems.remove(name);
    }

    private static boolean hadNoResponse(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException
                    || cause instanceof DisconnectException
                    || cause instanceof java.util.concurrent.TimeoutException) {
                return true;
            }
        }
        return false;
    }

    private void openWaiting() {
        for (Curriculum curriculum : java.util.List.copyOf(waiting.values())) {
            String name = curriculum.name();
            try {
                if (!current.containsKey(name)) {
                    topicMaker.accept(name);
                }
                forget(name);
                Map<String, Curriculum> next = new TreeMap<>(current);
                next.put(name, curriculum);
                current = next;
                LOGGER.info("policy in force curriculum={} generation={}", name, curriculum.generation());
            } catch (RuntimeException e) {
                if (hadNoResponse(e)) {
                    withoutResponse.add(name);
                }
                problems.put(name, "curriculum '" + name + "': " + e.getMessage());
                LOGGER.warn("curriculum waits for its topic curriculum={} cause={}", name, e.getMessage());
            }
        }
    }
}
