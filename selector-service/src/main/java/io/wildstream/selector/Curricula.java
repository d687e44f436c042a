package io.wildstream.selector;

import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.v1.ControlRecord;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The curricula that records are decided for, as {@code control} wants them. A curriculum appears here only when its topic exists, so
 * that a record can be forwarded to it without waiting. A policy that is not valid changes nothing: the generation before it goes on, and
 * {@link #problem} says why.
 */
final class Curricula {

    private static final Logger LOGGER = LoggerFactory.getLogger(Curricula.class);

    private final Consumer<String> topicMaker;
    /** Curricula whose topic could not be made yet. Guarded by this. */
    private final Map<String, Curriculum> waiting = new TreeMap<>();
    /** Why a curriculum's newest wish is not met. Guarded by this. */
    private final Map<String, String> problems = new TreeMap<>();
    /** Never changed once set; writes guarded by this. */
    private volatile Map<String, Curriculum> current = Map.of();

    /**
     * No curricula yet.
     *
     * @param topicMaker returns when the topic of the curriculum with this name exists, or throws
     */
    Curricula(Consumer<String> topicMaker) {
        this.topicMaker = topicMaker;
    }

    /** The curricula by name, in their order; another object after each change. */
    Map<String, Curriculum> current() {
        return current;
    }

    /** What is wrong, or empty. */
    synchronized String problem() {
        return String.join("; ", problems.values());
    }

    /** Takes a record of {@code control}; those about other things are ignored. */
    synchronized void accept(String key, ControlRecord record) {
        String name = ControlKeys.curriculumOf(key);
        if (name == null) {
            return;
        }
        waiting.remove(name);
        problems.remove(name);
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
    synchronized void reconcile(Map<String, ControlRecord> control) {
        openWaiting();
        Map<String, Curriculum> left = new TreeMap<>(current);
        if (left.keySet().removeIf(name -> !control.containsKey(ControlKeys.curriculum(name)))) {
            current = left;
            LOGGER.info("curricula removed left={}", left.keySet());
        }
        problems.keySet().removeIf(name -> !control.containsKey("curriculum/" + name));
    }

    private void openWaiting() {
        for (Curriculum curriculum : java.util.List.copyOf(waiting.values())) {
            String name = curriculum.name();
            try {
                if (!current.containsKey(name)) {
                    topicMaker.accept(name);
                }
                waiting.remove(name);
                problems.remove(name);
                Map<String, Curriculum> next = new TreeMap<>(current);
                next.put(name, curriculum);
                current = next;
                LOGGER.info("policy in force curriculum={} generation={}", name, curriculum.generation());
            } catch (RuntimeException e) {
                problems.put(name, "curriculum '" + name + "': " + e.getMessage());
                LOGGER.warn("curriculum waits for its topic curriculum={} cause={}", name, e.getMessage());
            }
        }
    }
}
