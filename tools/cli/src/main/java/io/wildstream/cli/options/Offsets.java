// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

/**
 * Offsets of a topic.
 *
 * @param first at least 0
 * @param last included, at least {@code first}
 */
public record Offsets(long first, long last) {

    /** All offsets. */
    public static final Offsets ALL = new Offsets(0, Long.MAX_VALUE);

    /** Whether an offset is one of them. */
    public boolean contains(long offset) {
        return offset >= first && offset <= last;
    }
}
