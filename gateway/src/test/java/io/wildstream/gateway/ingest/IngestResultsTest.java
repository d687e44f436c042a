// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestResponse.Result;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.gateway.ingest.sink.StoreOutcome;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class IngestResultsTest {

    private static final SamplePosition POSITION =
            SamplePosition.newBuilder().setPartition(1).setOffset(5).build();

    private final IngestResults results = new IngestResults();

    @Test
    void keepsTheOrderOfRequestsWhateverTheOrderOfOutcomes() {
        // Given
        int stored = results.begin("a");
        results.refuse("b", "sample.id: contains control characters");
        int duplicate = results.begin("c");
        int tooLarge = results.begin("d");

        // When
        results.settle(tooLarge, StoreOutcome.ofFailure(new RecordTooLargeException("2 > 1")));
        results.settle(duplicate, new StoreOutcome.Duplicate(POSITION));
        results.settle(stored, new StoreOutcome.Stored(POSITION));
        IngestResponse response = results.response();

        // Then
        assertThat(response.getResultsList())
                .containsExactly(
                        Result.newBuilder().setId("a").setPosition(POSITION).build(),
                        Result.newBuilder()
                                .setId("b")
                                .setError("sample.id: contains control characters")
                                .build(),
                        Result.newBuilder()
                                .setId("c")
                                .setPosition(POSITION)
                                .setDuplicate(true)
                                .build(),
                        Result.newBuilder()
                                .setId("d")
                                .setError("sample.payload: too large for Kafka: 2 > 1")
                                .build());
        assertThat(response.getAccepted()).isEqualTo(1);
        assertThat(response.getRefused()).isEqualTo(2);
        assertThat(response.getDuplicates()).isEqualTo(1);
    }

    @Test
    void countsAFailedSampleNowhere() {
        // Given
        int failed = results.begin("a");

        // When
        results.settle(failed, new StoreOutcome.Failed(new TimeoutException("late")));

        // Then
        assertThat(results.counts()).isEqualTo(IngestResponse.getDefaultInstance());
        assertThat(results.response().getResults(0))
                .isEqualTo(Result.newBuilder().setId("a").build());
        assertThat(results.size()).isEqualTo(1);
        assertThat(results.accepted()).isZero();
    }

    @Test
    void countsWithoutTheSingleResults() {
        // Given
        results.settle(results.begin("a"), new StoreOutcome.Stored(POSITION));

        // When
        IngestResponse counts = results.counts();

        // Then
        assertThat(counts.getAccepted()).isEqualTo(1);
        assertThat(counts.getResultsCount()).isZero();
    }
}
