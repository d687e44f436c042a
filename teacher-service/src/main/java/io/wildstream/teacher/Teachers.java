// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import org.jspecify.annotations.Nullable;

/** Which teacher is active now. Called by the pipeline's thread only. */
public interface Teachers {

    /** The teacher for the next samples, or null while there is none; a teacher that was returned before is closed once another is. */
    @Nullable Teacher current();
}
