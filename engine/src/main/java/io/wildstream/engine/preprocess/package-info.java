// SPDX-License-Identifier: Apache-2.0
/** From a decoded picture to what a network reads: orientation, colour, resizing and cropping as Pillow and torchvision do. */
@org.jspecify.annotations.NullMarked
package io.wildstream.engine.preprocess;
