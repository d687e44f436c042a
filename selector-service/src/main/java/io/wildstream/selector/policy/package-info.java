/** The rules that decide which samples a curriculum keeps: plain arithmetic and state, without Kafka. */
@NullMarked
package io.wildstream.selector.policy;

import org.jspecify.annotations.NullMarked;
