// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

/**
 * One planned fault.
 *
 * @param number from 1
 * @param at samples fed from which on it is due
 * @param victim name of the process
 * @param kind what is done to it
 * @param stopMillis how long a stop lasts; 0 for other kinds
 */
public record Fault(int number, long at, String victim, FaultKind kind, long stopMillis) {}
