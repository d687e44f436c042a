/** Pictures of a run as PNG files, drawn without fonts or a display. */
@NullMarked
package io.wildstream.local.picture;

import org.jspecify.annotations.NullMarked;
