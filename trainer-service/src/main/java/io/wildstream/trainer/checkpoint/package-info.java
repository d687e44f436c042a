/** What survives a crash: files written whole or not at all, and the topic that says which of them count. */
@NullMarked
package io.wildstream.trainer.checkpoint;

import org.jspecify.annotations.NullMarked;
