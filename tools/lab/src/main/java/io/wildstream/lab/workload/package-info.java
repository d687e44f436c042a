/** What a run is made of: image sets, teacher, students and their specs. */
@NullMarked
package io.wildstream.lab.workload;

import org.jspecify.annotations.NullMarked;
