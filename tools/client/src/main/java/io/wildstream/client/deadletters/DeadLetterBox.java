// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.deadletters;

import io.wildstream.client.ClientException;
import io.wildstream.client.TopicScan;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Reads the dead letters of all stages; changes nothing. */
public final class DeadLetterBox {

    private final Map<String, Object> kafka;
    private final Topics topics;

    /** The dead letters of the cluster with this Kafka, by the settings that each of its clients needs, and these topics. */
    public DeadLetterBox(Map<String, Object> kafka, Topics topics) {
        this.kafka = Map.copyOf(kafka);
        this.topics = topics;
    }

    /**
     * Dead letters of one stage with one reason.
     *
     * @param resent how many of them were sent again
     * @param newest when the newest of their originals was written, milliseconds since 1970
     * @param lastOffset offset of the last one
     */
    public record Group(Stage stage, String reason, long count, long resent, long newest, long lastOffset) {

        private Group plus(DeadLetter letter, boolean wasResent) {
            return new Group(
                    stage,
                    reason,
                    count + 1,
                    resent + (wasResent ? 1 : 0),
                    Math.max(newest, letter.record().timestamp()),
                    letter.offset());
        }
    }

    /** All dead letters by stage and reason, the most frequent reason of each stage first. */
    public List<Group> groups() {
        List<Group> all = new ArrayList<>();
        try (TopicScan scan = new TopicScan(kafka)) {
            for (Stage stage : Stage.values()) {
                OffsetRanges resent = ResendLedger.read(kafka, topics, stage);
                Map<String, Group> byReason = new TreeMap<>();
                forEach(scan, stage, letter -> {
                    Group before = byReason.getOrDefault(
                            letter.reason(), new Group(stage, letter.reason(), 0, 0, 0, letter.offset()));
                    byReason.put(letter.reason(), before.plus(letter, resent.contains(letter.offset())));
                });
                byReason.values().stream()
                        .sorted(Comparator.comparingLong(Group::count).reversed())
                        .forEach(all::add);
            }
        }
        return all;
    }

    /**
     * The newest dead letters of each stage, oldest first.
     *
     * @param count most of a stage
     * @param wanted which ones
     * @param view what is remembered of each: a record may have megabytes
     */
    public <T> List<T> newest(int count, Predicate<DeadLetter> wanted, Function<DeadLetter, T> view) {
        List<T> all = new ArrayList<>();
        try (TopicScan scan = new TopicScan(kafka)) {
            for (Stage stage : Stage.values()) {
                Deque<T> last = new ArrayDeque<>();
                forEach(scan, stage, letter -> {
                    if (wanted.test(letter)) {
                        last.add(view.apply(letter));
                    }
                    if (last.size() > count) {
                        last.remove();
                    }
                });
                all.addAll(last);
            }
        }
        return all;
    }

    /** Calls the visitor with each dead letter of a stage, in their order. */
    public void forEach(Stage stage, Consumer<DeadLetter> visitor) {
        try (TopicScan scan = new TopicScan(kafka)) {
            forEach(scan, stage, visitor);
        }
    }

    /**
     * The dead letter at an offset.
     *
     * @throws ClientException when there is none; the message names the offsets that exist
     */
    public DeadLetter find(Stage stage, long offset) {
        long[] ends = {Long.MAX_VALUE, -1};
        DeadLetter[] found = new DeadLetter[1];
        forEach(stage, letter -> {
            ends[0] = Math.min(ends[0], letter.offset());
            ends[1] = letter.offset();
            if (letter.offset() == offset) {
                found[0] = letter;
            }
        });
        return Optional.ofNullable(found[0])
                .orElseThrow(() -> new ClientException("there is no dead letter " + offset + " of the "
                        + stage.label() + ": "
                        + (ends[1] < 0 ? "it has none" : "its offsets are " + ends[0] + " to " + ends[1])));
    }

    private void forEach(TopicScan scan, Stage stage, Consumer<DeadLetter> visitor) {
        scan.forEach(topics.deadLetters(stage), record -> visitor.accept(new DeadLetter(stage, record)));
    }
}
