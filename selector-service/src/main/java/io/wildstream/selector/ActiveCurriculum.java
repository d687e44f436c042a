package io.wildstream.selector;

import io.wildstream.selector.policy.SelectionRule;

/**
 * A curriculum at work in one input partition.
 *
 * @param curriculum which generation
 * @param topic that it writes
 * @param rule with the partition's state
 * @param meters of the curriculum, shared by all partitions
 */
record ActiveCurriculum(
        Curriculum curriculum, String topic, SelectionRule rule, SelectorMetrics.CurriculumMeters meters) {}
