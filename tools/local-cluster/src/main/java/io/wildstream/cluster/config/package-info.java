/** Configuration that a user gives to all services of a cluster. */
@NullMarked
package io.wildstream.cluster.config;

import org.jspecify.annotations.NullMarked;
