// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

/**
 * What an image file says of itself, read before any pixel is: what decoding would cost is known before it is paid.
 *
 * @param height rows of the picture that decoding gives
 * @param width its columns
 * @param orientation how the picture lies, as Exif numbers it: 1 to 8
 * @param parts number of chunks, blocks or strips that the file consists of
 * @param codedBytes bytes of compressed pixels
 */
public record Structure(int height, int width, int orientation, int parts, long codedBytes) {}
