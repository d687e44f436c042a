/** Model directories, labelled images and the supervised training of a teacher; free of the deep learning library. */
@NullMarked
package io.wildstream.engine;

import org.jspecify.annotations.NullMarked;
