// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.deadletters;

import io.wildstream.client.ClientException;
import io.wildstream.client.TopicScan;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Topics.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Reads the dead letters of all stages; changes nothing. */
public final class DeadLetterBox {

    private final String bootstrapServers;
    private final Topics topics;

    /** The dead letters of the cluster with this broker and these topics. */
    public DeadLetterBox(String bootstrapServers, Topics topics) {
        this.bootstrapServers = bootstrapServers;
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
        try (TopicScan scan = new TopicScan(bootstrapServers)) {
            for (Stage stage : Stage.values()) {
                OffsetRanges resent = ResendLedger.read(bootstrapServers, topics, stage);
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

    /** Calls the visitor with each dead letter of a stage, in their order. */
    public void forEach(Stage stage, Consumer<DeadLetter> visitor) {
        try (TopicScan scan = new TopicScan(bootstrapServers)) {
            forEach(scan, stage, visitor);
        }
    }

    /**
     * The dead letter at an offset.
     *
     * @throws ClientException when there is none; the message says which there are
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
                        + (ends[1] < 0 ? "it has none" : "its offsets lie in " + ends[0] + " to " + ends[1])));
    }

    private void forEach(TopicScan scan, Stage stage, Consumer<DeadLetter> visitor) {
        scan.forEach(topics.deadLetters(stage), record -> visitor.accept(new DeadLetter(stage, record)));
    }
}
