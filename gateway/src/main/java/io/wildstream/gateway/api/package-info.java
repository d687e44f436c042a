/** The API's two faces: gRPC services and their REST mirror. They hand over to the packages that do the work. */
@NullMarked
package io.wildstream.gateway.api;

import org.jspecify.annotations.NullMarked;
