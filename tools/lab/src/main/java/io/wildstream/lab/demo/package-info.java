/** The demo: teacher, stream, students, live progress and report. */
@NullMarked
package io.wildstream.lab.demo;

import org.jspecify.annotations.NullMarked;
