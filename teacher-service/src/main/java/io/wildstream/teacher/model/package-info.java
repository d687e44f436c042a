/** Teachers of TorchScript models, and their exchange while the stream runs. */
@NullMarked
package io.wildstream.teacher.model;

import org.jspecify.annotations.NullMarked;
