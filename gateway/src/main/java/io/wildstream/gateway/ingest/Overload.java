// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.wildstream.contracts.v1.IngestResponse;

/** The error when samples come faster than the teachers work: RESOURCE_EXHAUSTED with a time to wait. */
final class Overload {

    /** Time after which a client may try again. */
    static final int RETRY_SECONDS = 5;

    private Overload() {}

    /** The error of a call of which nothing was taken. */
    static StatusRuntimeException of(Backlog backlog) {
        return StatusProto.toStatusRuntimeException(status(backlog, "").build());
    }

    /**
     * The error of a stream.
     *
     * @param counts what became of the samples that were taken: the first of the call, because a stream is taken in its order
     */
    static StatusRuntimeException of(Backlog backlog, IngestResponse counts) {
        return StatusProto.toStatusRuntimeException(
                status(backlog, "; " + counts.getAccepted() + " samples of this call are stored")
                        .addDetails(Any.pack(counts))
                        .build());
    }

    private static com.google.rpc.Status.Builder status(Backlog backlog, String more) {
        return com.google.rpc.Status.newBuilder()
                .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
                .setMessage(backlog.records() + " samples wait for the teachers and wildstream.gateway.max-backlog is "
                        + backlog.limit() + "; try again in " + RETRY_SECONDS + " s" + more)
                .addDetails(Any.pack(RetryInfo.newBuilder()
                        .setRetryDelay(Duration.newBuilder().setSeconds(RETRY_SECONDS))
                        .build()));
    }
}
