/** What a sample costs in processor time, in the cluster and in one process without Kafka. */
@NullMarked
package io.wildstream.lab.bench;

import org.jspecify.annotations.NullMarked;
