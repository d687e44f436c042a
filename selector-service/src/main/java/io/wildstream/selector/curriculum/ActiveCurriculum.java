// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.curriculum;

import io.wildstream.selection.Selection;

/**
 * A curriculum at work in one input partition.
 *
 * @param curriculum which generation
 * @param selection with the partition's state
 */
public record ActiveCurriculum(Curriculum curriculum, Selection selection) {}
