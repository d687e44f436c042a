/**
 * The rules that decide which samples a curriculum keeps: plain arithmetic and state, without Kafka and without a framework. Start with
 * {@link io.wildstream.selection.Selection}.
 */
@NullMarked
package io.wildstream.selection;

import org.jspecify.annotations.NullMarked;
