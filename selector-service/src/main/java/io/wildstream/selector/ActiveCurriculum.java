// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.wildstream.selector.policy.SelectionRule;

/**
 * A curriculum at work in one input partition.
 *
 * @param curriculum which generation
 * @param rule with the partition's state
 */
record ActiveCurriculum(Curriculum curriculum, SelectionRule rule) {}
