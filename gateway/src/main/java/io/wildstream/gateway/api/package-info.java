/** The API: gRPC services and their REST mirror. They delegate to the packages that do the work. */
@NullMarked
package io.wildstream.gateway.api;

import org.jspecify.annotations.NullMarked;
