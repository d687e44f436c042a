// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that somebody may have meant. */
final class Spelling {

    private static final int MOST_CHANGES = 3;

    private Spelling() {}

    /**
     * The nearest of some words; none when more than three letters would have to change, or more than a third of those behind the parts
     * that both begin with: all keys of a service begin alike, which makes none of them near to another.
     */
    static Optional<String> nearest(String word, Collection<String> words) {
        return words.stream()
                .filter(candidate -> isNear(word, candidate))
                .min(Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static boolean isNear(String word, String candidate) {
        int distance = distance(word, candidate);
        return distance <= MOST_CHANGES && distance * 3 <= candidate.length() - commonParts(word, candidate);
    }

    /** Length of the parts that both begin with, each with the dot or underscore behind it. */
    private static int commonParts(String one, String other) {
        int length = 0;
        for (int i = 0; i < Math.min(one.length(), other.length()) && one.charAt(i) == other.charAt(i); i++) {
            if (one.charAt(i) == '.' || one.charAt(i) == '_') {
                length = i + 1;
            }
        }
        return length;
    }

    /** Letters to add, remove, change or swap with their neighbour (optimal string alignment). */
    static int distance(String one, String other) {
        int[][] cost = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1), cost[i - 1][j - 1] + change);
                boolean swapped = i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[one.length()][other.length()];
    }
}
