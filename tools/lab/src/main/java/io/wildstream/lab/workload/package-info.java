/** What a run is made of: image sets, teacher, students and the finite stream. */
@NullMarked
package io.wildstream.lab.workload;

import org.jspecify.annotations.NullMarked;
