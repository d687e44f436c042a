/** What every process agrees on: topic names and settings, headers, vectors on the wire. */
@NullMarked
package io.wildstream.contracts;

import org.jspecify.annotations.NullMarked;
