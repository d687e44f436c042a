/** The stage's input and output as topics: one transaction for the outputs, dead letters and offsets of a poll. */
@NullMarked
package io.wildstream.teacher.kafka;

import org.jspecify.annotations.NullMarked;
