/** Brings the payloads of samples that are kept from the topic {@code samples}. */
@NullMarked
package io.wildstream.selector.payload;

import org.jspecify.annotations.NullMarked;
