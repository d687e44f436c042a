// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

/**
 * Something that must hold after a run.
 *
 * @param name what must hold
 * @param holds whether it does
 * @param detail the figures that were compared
 */
public record Check(String name, boolean holds, String detail) {}
