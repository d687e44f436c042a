/** One child process: its start, its state, and the supervisor that starts it again. */
@NullMarked
package io.wildstream.cluster.process;

import org.jspecify.annotations.NullMarked;
