// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.curriculum;

import io.wildstream.selector.policy.SelectionRule;

/**
 * A curriculum at work in one input partition.
 *
 * @param curriculum which generation
 * @param rule with the partition's state
 */
public record ActiveCurriculum(Curriculum curriculum, SelectionRule rule) {}
