/** What a student reads: the records of its curriculum, decoded, and the window of them that it rehearses. */
@NullMarked
package io.wildstream.trainer.curriculum;

import org.jspecify.annotations.NullMarked;
