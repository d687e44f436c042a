/** The stage as a Quarkus service: configuration, start and stop, health. */
@NullMarked
package io.wildstream.teacher.app;

import org.jspecify.annotations.NullMarked;
