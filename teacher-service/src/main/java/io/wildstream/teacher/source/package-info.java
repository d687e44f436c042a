/** Topics of the user's own as the source of samples: raw image files, JSON, protobuf. */
@NullMarked
package io.wildstream.teacher.source;

import org.jspecify.annotations.NullMarked;
