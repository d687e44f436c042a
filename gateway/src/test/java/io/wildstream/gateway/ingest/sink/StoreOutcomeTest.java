// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class StoreOutcomeTest {

    @Test
    void separatesWhatNeverFitsFromWhatMayBeTriedAgain() {
        // Given
        RecordTooLargeException tooLarge = new RecordTooLargeException("no");
        TimeoutException late = new TimeoutException("late");

        // When
        StoreOutcome refused = StoreOutcome.ofFailure(tooLarge);
        StoreOutcome failed = StoreOutcome.ofFailure(late);

        // Then
        assertThat(refused).isEqualTo(new StoreOutcome.TooLarge(tooLarge));
        assertThat(failed).isEqualTo(new StoreOutcome.Failed(late));
    }
}
