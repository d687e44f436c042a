/** The demo: teacher, stream, students, live progress and report. */
@NullMarked
package io.wildstream.local.demo;

import org.jspecify.annotations.NullMarked;
