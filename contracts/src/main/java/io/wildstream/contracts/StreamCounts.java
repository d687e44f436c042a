// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the teachers have read of one partition of {@code samples} up to the offset that their group has committed, and what they have
 * written for it. It is the metadata of that offset, so both change in one transaction: unlike offsets, it does not count the markers of
 * transactions and of the stream's end.
 *
 * @param samples records that are no end markers, those that retention had removed before the first was read included
 * @param outputs teacher outputs
 * @param deadLetters dead letters
 */
public record StreamCounts(long samples, long outputs, long deadLetters) {

    private static final Pattern METADATA =
            Pattern.compile("samples=(\\d{1,18}) outputs=(\\d{1,18}) dead=(\\d{1,18})(?: .*)?");

    /** Before the record at this offset, the first one that is read. */
    public static StreamCounts before(long offset) {
        return new StreamCounts(offset, 0, 0);
    }

    /** With one teacher output more. */
    public StreamCounts withOutput() {
        return new StreamCounts(samples + 1, outputs + 1, deadLetters);
    }

    /** With one dead letter more. */
    public StreamCounts withDeadLetter() {
        return new StreamCounts(samples + 1, outputs, deadLetters + 1);
    }

    /** The sum of two partitions. */
    public StreamCounts plus(StreamCounts other) {
        return new StreamCounts(samples + other.samples, outputs + other.outputs, deadLetters + other.deadLetters);
    }

    /** As the metadata of a committed offset. */
    public String metadata() {
        return "samples=" + samples + " outputs=" + outputs + " dead=" + deadLetters;
    }

    /** From the metadata of a committed offset, which may say more after it; empty for those of versions before 0.3. */
    public static Optional<StreamCounts> of(String metadata) {
        Matcher matcher = METADATA.matcher(metadata);
        return matcher.matches()
                ? Optional.of(new StreamCounts(
                        Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3))))
                : Optional.empty();
    }
}
