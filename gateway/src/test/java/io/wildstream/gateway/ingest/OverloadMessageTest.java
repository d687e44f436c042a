// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.gateway.ApiErrors;
import org.junit.jupiter.api.Test;

class OverloadMessageTest {

    private final Backlog backlog = new Backlog(100, () -> 0);

    @Test
    void saysHowManyWaitAndWhenToTryAgain() {
        // Given
        backlog.seen(120, backlog.mark());

        // When
        StatusRuntimeException error = Overload.of(backlog);

        // Then
        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(error.getStatus().getDescription())
                .isEqualTo("120 samples wait for the teachers and wildstream.gateway.max-backlog is 100;"
                        + " try again in 5 s");
        assertThat(ApiErrors.retryAfter(error)).hasValue(5);
        assertThat(ApiErrors.fields(error)).isEmpty();
    }

    @Test
    void tellsAStreamWhatIsStored() throws Exception {
        // Given
        IngestResponse counts =
                IngestResponse.newBuilder().setAccepted(3).setRefused(1).build();

        // When
        StatusRuntimeException error = Overload.of(backlog, counts);

        // Then
        assertThat(error.getStatus().getDescription()).endsWith("; 3 samples of this call are stored");
        assertThat(StatusProto.fromThrowable(error).getDetails(1).unpack(IngestResponse.class))
                .isEqualTo(counts);
    }
}
