/** Commands about the students of the running cluster: checkpoints, lineage, rollback and replay. */
@NullMarked
package io.wildstream.cli.student;

import org.jspecify.annotations.NullMarked;
