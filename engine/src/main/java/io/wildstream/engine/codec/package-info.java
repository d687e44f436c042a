// SPDX-License-Identifier: Apache-2.0
/** Image files to pictures, without the platform's codecs: equal bits on every Java platform, in bounded memory. */
@org.jspecify.annotations.NullMarked
package io.wildstream.engine.codec;
