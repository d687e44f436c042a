// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** An image file whose structure has been read and whose pixels have not: what it would cost is known before it is paid. */
public interface ImageFile {

    /** Rows of the picture that {@link #decode} gives. */
    int height();

    /** Its columns. */
    int width();

    /** How the picture lies, as Exif numbers it: 1 to 8. */
    int orientation();

    /** Number of chunks, blocks or strips that the file consists of. */
    int parts();

    /** Bytes of compressed pixels. */
    long codedBytes();

    /**
     * The picture, of a file with several the first one; transparency is left out.
     *
     * @param timeIsOver asked now and then; decoding ends when it is true
     * @throws IOException saying what is wrong with the file
     */
    Picture decode(BooleanSupplier timeIsOver) throws IOException;
}
