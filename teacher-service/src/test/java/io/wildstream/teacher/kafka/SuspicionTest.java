// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.StreamCounts;
import io.wildstream.teacher.kafka.Suspicion.Kind;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

/** What the metadata of an offset says of the records after it, beside the counts of those before it. */
class SuspicionTest {

    private static final String COUNTS = new StreamCounts(7, 6, 1).metadata();

    @Test
    void countsAndSuspicionShareTheMetadata() {
        for (Suspicion suspicion :
                new Suspicion[] {Suspicion.NONE, new Suspicion(Kind.BEGUN, 2), new Suspicion(Kind.ALONE, 40)}) {
            // When
            String metadata = suspicion.after(COUNTS);

            // Then
            assertThat(Suspicion.of(metadata)).isEqualTo(suspicion);
            assertThat(StreamCounts.of(metadata)).contains(new StreamCounts(7, 6, 1));
        }
    }

    @Test
    void suspicionStandsAloneWhereNothingIsCounted() {
        assertThat(Suspicion.of(new Suspicion(Kind.TRYING, 9).after(""))).isEqualTo(new Suspicion(Kind.TRYING, 9));
        assertThat(Suspicion.of("")).isEqualTo(Suspicion.NONE);
        assertThat(Suspicion.of("begun=1 of another program")).isEqualTo(Suspicion.NONE);
    }

    @Test
    void theFourthProcessTriesRecordsOneByOneUntilTheBatchIsDone() {
        // Given
        Suspicion third = Suspicion.NONE.begunAgain(40).begunAgain(40).begunAgain(40);

        // When
        Suspicion fourth = third.begunAgain(40);

        // Then
        assertThat(third.isAlone()).isFalse();
        assertThat(fourth.isAlone()).isTrue();
        assertThat(fourth.at(39).isAlone()).isTrue();
        assertThat(fourth.at(40)).isEqualTo(Suspicion.NONE);
    }

    @Test
    void anOffsetThatPassesUndoneRecordsKeepsTheSuspicion() {
        for (Suspicion suspicion : new Suspicion[] {new Suspicion(Kind.BEGUN, 2), new Suspicion(Kind.ALONE, 100)}) {
            // When
            String metadata = PartitionCounts.ahead(50, new OffsetAndMetadata(10, suspicion.after(COUNTS)));

            // Then
            assertThat(Suspicion.of(metadata)).isEqualTo(suspicion);
            assertThat(StreamCounts.of(metadata)).contains(new StreamCounts(7, 6, 1));
        }
        assertThat(PartitionCounts.ahead(50, new OffsetAndMetadata(10, "alone=100")))
                .isEqualTo("alone=100");
        assertThat(PartitionCounts.ahead(50, new OffsetAndMetadata(10, "alone=50")))
                .isEmpty();
        assertThat(PartitionCounts.ahead(50, null))
                .isEqualTo(StreamCounts.before(50).metadata());
    }

    @Test
    void aFetchMarkStandsBetweenCountsAndSuspicion() {
        for (String counts : new String[] {COUNTS, ""}) {
            for (Suspicion suspicion : new Suspicion[] {Suspicion.NONE, new Suspicion(Kind.BEGUN, 2)}) {
                // When
                String metadata = new FetchMark(50, 2).in(suspicion.after(counts));

                // Then
                assertThat(FetchMark.of(metadata)).isEqualTo(new FetchMark(50, 2));
                assertThat(Suspicion.of(metadata)).isEqualTo(suspicion);
                assertThat(StreamCounts.of(metadata)).isEqualTo(StreamCounts.of(counts));
                assertThat(new FetchMark(60, 1).in(metadata))
                        .contains("fetching=60/1")
                        .doesNotContain("=50");
                assertThat(FetchMark.NONE.in(metadata)).isEqualTo(suspicion.after(counts));
            }
        }
        assertThat(FetchMark.of(COUNTS + " begun=2")).isEqualTo(FetchMark.NONE);
        assertThat(FetchMark.of("prefetching=7/1")).isEqualTo(FetchMark.NONE);
    }

    @Test
    void anOffsetThatPassesUndoneRecordsKeepsTheFetchMarkUntilItsEnd() {
        OffsetAndMetadata before = new OffsetAndMetadata(10, COUNTS + " fetching=50/3 begun=2");

        assertThat(PartitionCounts.ahead(49, before)).isEqualTo(COUNTS + " fetching=50/1 begun=2");
        assertThat(PartitionCounts.ahead(50, before)).isEqualTo(COUNTS + " begun=2");
    }
}
