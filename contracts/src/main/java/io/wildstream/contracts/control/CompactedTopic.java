// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.Backoff;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest value of each key of a compacted one-partition topic, kept up to date by a thread of its own. Listeners are called on that
 * thread, in the order of the log. An entry that is not what its {@link EntryFormat} asks for is left out, counted and named in {@link
 * #problems}; the value before it stays. The thread ends before {@link #close} only by an error of the process: {@link #isAlive}.
 *
 * @param <V> what a value is read to
 */
public class CompactedTopic<V> implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(CompactedTopic.class);
    private static final Duration POLL = Duration.ofMillis(500);
    /** Kafka answers a fetch when a record comes, and else only after so long: a topic that is seldom written is seldom asked for. */
    private static final int LONGEST_FETCH_MILLIS = 5000;

    private static final Duration END_TIMEOUT = Duration.ofSeconds(5);
    /** A fetch that waits for a record is not waited for. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(100);

    private static final Backoff.Pauses PAUSES = Backoff.Pauses.of(Duration.ofMillis(250), Duration.ofSeconds(2));

    private final TopicPartition partition;
    private final EntryFormat<V> format;
    private final BiConsumer<String, V> listener;
    private final Consumer<String, byte[]> consumer;
    private final Map<String, V> newest = new ConcurrentHashMap<>();
    private final LeftOut leftOut;
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Backoff backoff;
    private final Map<String, Object> properties;
    private final @Nullable ReadingMark mark;
    /** Of the reader's thread. */
    private @Nullable CarefulReading reading;
    /** Of the reader's thread: the offset that it has caught up at; negative before it is known. */
    private long endAtStart = -1;
    /** Offset that is read next. */
    private volatile long position;
    /** Why nothing can be read now; empty while it can. */
    private volatile String obstacle = "";

    /**
     * Starts reading at the beginning.
     *
     * @param clientProperties Kafka client settings: the bootstrap servers and security
     * @param listener called for each value read, the old ones at the start included
     */
    public CompactedTopic(
            Map<String, ?> clientProperties, String topic, EntryFormat<V> format, BiConsumer<String, V> listener) {
        this(clientProperties, topic, format, null, listener);
    }

    /**
     * Starts reading at the beginning, and skips a record on which processes that marked in the same directory have ended twice.
     *
     * @param marks a directory of this instance alone, which outlives the process; null to skip nothing
     */
    public CompactedTopic(
            Map<String, ?> clientProperties,
            String topic,
            EntryFormat<V> format,
            @Nullable Path marks,
            BiConsumer<String, V> listener) {
        this.partition = new TopicPartition(topic, 0);
        this.format = format;
        this.leftOut = new LeftOut(topic);
        this.listener = listener;
        this.backoff = new Backoff("read topic " + topic, PAUSES, Backoff.Sleeper.until(stopping));
        this.mark = marks == null ? null : ReadingMark.open(marks, topic);
        this.properties = new TreeMap<>(clientProperties);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, longestFetch(clientProperties));
        if (mark != null && mark.isCareful()) {
            properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        }
        this.consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
        this.thread = new Thread(this::run, "read-" + topic);
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Shorter than a client waits for any answer; what is no number is for the client to refuse by its key. */
    private static int longestFetch(Map<String, ?> client) {
        String timeout = String.valueOf(client.get(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG));
        return timeout.matches("\\d{1,9}")
                ? Math.min(LONGEST_FETCH_MILLIS, Integer.parseInt(timeout) / 2)
                : LONGEST_FETCH_MILLIS;
    }

    /** The newest values by key; a live, thread-safe view. */
    public Map<String, V> newest() {
        return java.util.Collections.unmodifiableMap(newest);
    }

    /** Waits until everything that was in the topic at the start has been read. Returns whether it was in time. */
    public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        return caughtUp.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The topic's name. */
    public String topic() {
        return partition.topic();
    }

    /** Entries that were left out so far. */
    public long leftOut() {
        return leftOut.count();
    }

    /** Whether the topic is still followed. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Why the topic cannot be read now, and what this process has skipped in it; empty while there is neither. */
    public String obstacle() {
        return Problems.joined(Stream.concat(Stream.of(obstacle), leftOut.skipped().stream()));
    }

    /** What is wrong, in words: that the topic cannot be read, and the entries that are left out. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (!obstacle.isEmpty()) {
            problems.add(obstacle);
        }
        problems.addAll(leftOut.problems());
        return problems;
    }

    /** Waits until everything before an offset has been read. Returns whether it was in time. */
    public boolean awaitRead(long offset, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (position < offset) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return true;
    }

    /** Stops reading. */
    @Override
    public void close() {
        stopping.countDown();
        consumer.wakeup();
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (stopping.getCount() > 0) {
                poll();
            }
            endInOrder();
        } catch (WakeupException e) {
            LOGGER.debug("stopped reading topic={}", partition.topic());
            endInOrder();
        } catch (RuntimeException | Error e) {
            obstacle = "topic " + partition.topic() + " is no longer read, the process must be restarted: " + e;
            LOGGER.error("stopped reading topic={}", partition.topic(), e);
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }

    private void poll() {
        try {
            if (endAtStart < 0) {
                // Before the first fetch: Kafka answers the requests of a connection one after another.
                endAtStart =
                        consumer.endOffsets(List.of(partition), END_TIMEOUT).getOrDefault(partition, 0L);
            }
            CarefulReading careful = beginPoll();
            var records = consumer.poll(POLL);
            records.forEach(this::take);
            if (careful != null) {
                careful.afterPoll();
            }
            position = consumer.position(partition);
            backoff.succeeded();
            obstacle = "";
            if (caughtUp.getCount() > 0 && position >= endAtStart) {
                caughtUp.countDown();
            }
        } catch (org.apache.kafka.common.errors.RetriableException e) {
            LOGGER.warn("waiting for topic={} cause={}", partition.topic(), e.getMessage());
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            // Rights and passwords may change while services run: what was read stays valid until they are right again.
            obstacle = "topic " + partition.topic() + " cannot be read: " + e.getMessage();
            pauseAfter(e);
        } finally {
            CarefulReading.endTurn();
        }
    }

    /** Marks what is read next; null when nothing is marked. */
    private @Nullable CarefulReading beginPoll() {
        if (mark == null) {
            return null;
        }
        if (reading == null) {
            reading = new CarefulReading(mark, consumer, partition, properties, leftOut);
        }
        reading.beforePoll();
        return reading;
    }

    private void endInOrder() {
        if (mark != null) {
            mark.close();
        }
    }

    private void pauseAfter(RuntimeException refusal) {
        try {
            var unused = backoff.retry(refusal);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        String key = record.key() == null ? "" : record.key();
        if (record.value() == null) {
            leftOut.remove(key);
            newest.remove(key);
            return;
        }
        V value;
        try {
            value = format.read(key, record.value());
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            String reason = LeftOut.shown(String.valueOf(e.getMessage()), LeftOut.LONGEST_REASON);
            leftOut.add(key, record.offset(), reason);
            LOGGER.error(
                    "entry left out topic={} key={} offset={} cause={}",
                    record.topic(),
                    LeftOut.shown(key, LeftOut.LONGEST_KEY),
                    record.offset(),
                    reason);
            return;
        }
        leftOut.remove(key);
        newest.put(key, value);
        announce(key, value);
    }

    private void announce(String key, V value) {
        try {
            listener.accept(key, value);
        } catch (RuntimeException e) {
            LOGGER.error("the listener of topic={} failed key={}", partition.topic(), key, e);
        }
    }
}
