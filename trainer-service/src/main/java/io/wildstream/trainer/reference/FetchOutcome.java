// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.reference;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.MissingReason;

/** What became of a fetch, for good. A store that does not answer is no outcome: it is asked until it answers. */
public sealed interface FetchOutcome {

    /** The bytes that the teacher saw. */
    record Found(ByteString bytes) implements FetchOutcome {}

    /** They are not there any more. */
    record Missing(MissingReason reason, String detail) implements FetchOutcome {}
}
