/** The stage: what the teacher says of each sample. Free of Quarkus, of the deep learning library and of how Kafka is called. */
@NullMarked
package io.wildstream.teacher;

import org.jspecify.annotations.NullMarked;
