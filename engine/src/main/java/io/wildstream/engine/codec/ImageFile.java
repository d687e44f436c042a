// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.codec;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** An image file whose structure has been read and whose pixels have not. */
public interface ImageFile {

    /** Size, orientation and cost. */
    Structure structure();

    /**
     * The picture, of a file with several the first one; transparency is left out.
     *
     * @param timeIsOver asked now and then; decoding ends when it is true
     * @throws IOException saying what is wrong with the file
     */
    Picture decode(BooleanSupplier timeIsOver) throws IOException;
}
