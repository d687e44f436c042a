// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import io.wildstream.lab.data.Images;

/**
 * A file below the root of an image set.
 *
 * @param path relative to the root, with slashes
 * @param label its class or {@link Images#NO_LABEL}
 */
record LabelledPath(String path, int label) {}
