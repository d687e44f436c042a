/** Commands that measure: demo, experiment, chaos, soak, bench, condense and acceptance. */
@NullMarked
package io.wildstream.cli.lab;

import org.jspecify.annotations.NullMarked;
