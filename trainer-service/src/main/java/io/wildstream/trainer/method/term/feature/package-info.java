/** Loss terms over features: of one sample, or of the relations between samples of a batch. */
@NullMarked
package io.wildstream.trainer.method.term.feature;

import org.jspecify.annotations.NullMarked;
