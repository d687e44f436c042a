/** Pictures of a run as PNG files, drawn without fonts or a display. */
@NullMarked
package io.wildstream.lab.plot;

import org.jspecify.annotations.NullMarked;
