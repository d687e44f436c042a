// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.reference;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.reference.ReferenceException;

/** Where the bytes are that references name. Thread safe. */
@FunctionalInterface
public interface ObjectSource {

    /**
     * The bytes, checked by digest and size; one attempt.
     *
     * @throws ReferenceException when they cannot be had
     * @throws InterruptedException when the thread was interrupted meanwhile
     */
    ByteString fetch(Reference reference) throws ReferenceException, InterruptedException;
}
