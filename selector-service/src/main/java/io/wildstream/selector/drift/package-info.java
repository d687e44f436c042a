/** Notices that the stream has changed: plain arithmetic and state, without Kafka. */
@NullMarked
package io.wildstream.selector.drift;

import org.jspecify.annotations.NullMarked;
