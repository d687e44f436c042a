// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.proof;

/**
 * The answers of a stage that owes one to each record of {@code samples}.
 *
 * @param answered records with at least one answer
 * @param missing records without one
 * @param repeated answers after a record's first
 * @param strays answers to a record that does not exist
 */
public record AnswerCount(long answered, long missing, long repeated, long strays) {

    /** Whether each record has exactly one answer. */
    public boolean holds() {
        return missing == 0 && repeated == 0 && strays == 0;
    }
}
