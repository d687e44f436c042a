// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Provides the topics that a service needs: creates those that are missing or, where an operator creates them, only checks them. Of
 * topics that exist it changes one thing, where it may create topics: {@code teacher-outputs} and Wildstream's own {@code samples} get as
 * many partitions as the other of the two. It never creates or changes a topic of the user's own.
 */
public final class TopicProvision {

    private static final Logger LOGGER = LoggerFactory.getLogger(TopicProvision.class);
    private static final long TIMEOUT_SECONDS = 60;

    private final Admin admin;
    private final Topics topics;
    private final boolean create;
    private final int partitions;

    /**
     * Prepares.
     *
     * @param create {@code wildstream.create-topics}: false to check only
     * @param partitions of {@code samples} when it is created
     */
    public TopicProvision(Admin admin, Topics topics, boolean create, int partitions) {
        this.admin = admin;
        this.topics = topics;
        this.create = create;
        this.partitions = partitions;
    }

    /**
     * Returns when each topic exists with its one partition.
     *
     * @throws IllegalStateException naming what is missing or has another number of partitions, and what to do
     */
    public void single(NewTopic... wanted) {
        if (create) {
            TopicAdmin.ensure(admin, List.of(wanted));
        }
        List<String> problems = new ArrayList<>();
        for (NewTopic topic : wanted) {
            OptionalInt there = partitions(topic.name());
            if (there.isEmpty()) {
                problems.add(missing(topic.name(), "1 partition" + cleanup(topic)));
            } else if (there.getAsInt() != 1) {
                problems.add("topic " + topic.name() + " has " + there.getAsInt()
                        + " partitions, but its order matters: create it again with 1 partition");
            }
        }
        refuse(problems);
    }

    /**
     * Returns when topics whose records keep their sample's partition exist, with as many partitions as {@code samples}. Only topics that
     * are named here need be visible to this service, unless some are to be created. More partitions of {@code samples} than of {@code
     * teacher-outputs} are no reason to stop where nothing may be changed: the teachers leave the others unread, and say so.
     *
     * @throws IllegalStateException naming what is missing or differs, and what to do
     */
    public void stream(String... wanted) {
        List<String> names = Arrays.asList(wanted);
        boolean reads = names.contains(topics.samples());
        if (create) {
            make(names, reads);
        }
        Map<String, Integer> there = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            OptionalInt count = partitions(name);
            if (count.isPresent()) {
                there.put(name, count.getAsInt());
            } else if (name.equals(topics.samples()) && !topics.makesSamples()) {
                problems.add(ownTopicMissing());
            } else {
                problems.add(missing(name, "as many partitions as " + topics.samples()));
            }
        }
        Integer samples = there.get(topics.samples());
        Integer outputs = there.get(topics.teacherOutputs());
        if (samples != null && outputs != null && !samples.equals(outputs)) {
            level(samples, outputs).ifPresent(problems::add);
        }
        refuse(problems);
    }

    /** Gives the topic with fewer partitions as many as the other has, or says what to do. */
    private Optional<String> level(int samples, int outputs) {
        boolean outputsGrow = samples > outputs;
        String less = outputsGrow ? topics.teacherOutputs() : topics.samples();
        int wanted = Math.max(samples, outputs);
        if (create && (outputsGrow || topics.makesSamples())) {
            LOGGER.info("topic gets more partitions topic={} partitions={}", less, wanted);
            TopicAdmin.grow(admin, less, wanted);
            return Optional.empty();
        }
        String text = "topic " + topics.teacherOutputs() + " has " + outputs + " partitions and " + topics.samples()
                + " has " + samples + ", but a sample keeps its partition: give the other as many by '"
                + TopicAdmin.commandToGrow(less, wanted) + "'";
        if (outputsGrow) {
            LOGGER.warn("{}; until then the other partitions of {} are not read", text, topics.samples());
            return Optional.empty();
        }
        return Optional.of(text);
    }

    private void make(List<String> names, boolean reads) {
        if (reads && topics.makesSamples()) {
            TopicAdmin.ensure(admin, List.of(topics.stream(topics.samples(), partitions)));
        }
        List<String> others =
                names.stream().filter(name -> !name.equals(topics.samples())).toList();
        boolean missing = others.stream().anyMatch(name -> partitions(name).isEmpty());
        int count = missing ? asManyAsSamples() : partitions;
        TopicAdmin.ensure(
                admin, others.stream().map(name -> topics.stream(name, count)).toList());
    }

    private int asManyAsSamples() {
        OptionalInt samples = partitions(topics.samples());
        if (samples.isEmpty() && !topics.makesSamples()) {
            refuse(List.of(ownTopicMissing()));
        }
        return samples.orElse(partitions);
    }

    private String ownTopicMissing() {
        return "topic " + topics.samples()
                + ", which wildstream.samples-topic names, does not exist or is not visible to this"
                + " user: correct the name, create the topic, or allow the user to describe it";
    }

    private static String missing(String topic, String how) {
        return "topic " + topic + " does not exist or is not visible to this user: create it with " + how
                + ", or set wildstream.create-topics=true";
    }

    private static String cleanup(NewTopic topic) {
        String policy = topic.configs().get(TopicConfig.CLEANUP_POLICY_CONFIG);
        return policy == null ? "" : " and " + TopicConfig.CLEANUP_POLICY_CONFIG + "=" + policy;
    }

    private static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new IllegalStateException(String.join("; ", problems));
        }
    }

    private OptionalInt partitions(String topic) {
        try {
            var description = Objects.requireNonNull(
                    admin.describeTopics(List.of(topic)).topicNameValues().get(topic));
            return OptionalInt.of(description
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .partitions()
                    .size());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof TopicAuthorizationException) {
                return OptionalInt.empty();
            }
            throw new IllegalStateException("Kafka does not describe topic " + topic + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("Kafka does not describe topic " + topic + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while describing " + topic, e);
        }
    }
}
