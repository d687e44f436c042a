/** Readers of image sets: IDX, CIFAR-10, directories and archives of image files. */
@NullMarked
package io.wildstream.lab.data.format;

import org.jspecify.annotations.NullMarked;
