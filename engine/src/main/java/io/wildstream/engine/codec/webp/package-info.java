// SPDX-License-Identifier: Apache-2.0
/** Lossy WebP pictures: VP8 key frames (RFC 6386), equal to the bit to those of libwebp. */
@org.jspecify.annotations.NullMarked
package io.wildstream.engine.codec.webp;
