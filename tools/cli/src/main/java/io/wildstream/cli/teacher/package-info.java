/** Commands about the teacher of the running cluster. */
@NullMarked
package io.wildstream.cli.teacher;

import org.jspecify.annotations.NullMarked;
