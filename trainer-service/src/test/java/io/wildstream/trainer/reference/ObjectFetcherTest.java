// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.MissingReason;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.reference.ReferenceException;
import io.wildstream.reference.ReferenceException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ObjectFetcherTest {

    private static final Reference REFERENCE =
            Reference.newBuilder().setAddress("s3://bucket/key").build();

    @ParameterizedTest
    @EnumSource(Reason.class)
    void onlyWhatIsGoneOrChangedIsMissingAndTheRestIsWaitedFor(Reason reason) throws Exception {
        // Given
        Map<String, Reason> trouble = new ConcurrentHashMap<>(Map.of("now", reason));
        ObjectSource source = reference -> {
            Reason now = trouble.get("now");
            if (now != null) {
                throw new ReferenceException(now, "the store says " + now);
            }
            return ByteString.copyFromUtf8("bytes");
        };
        try (ObjectFetcher fetcher = new ObjectFetcher(source, 2)) {

            // When
            ObjectFetch fetch = fetcher.begin(REFERENCE);
            await().until(() -> fetch.isDone() || !fetch.problem().isEmpty());
            boolean waits = !fetch.isDone();
            String problem = fetch.problem();
            trouble.clear();
            FetchOutcome outcome = fetch.await(Waits.PATIENT);

            // Then
            switch (reason) {
                case NOT_FOUND ->
                    assertThat(outcome)
                            .isEqualTo(new FetchOutcome.Missing(
                                    MissingReason.MISSING_REASON_GONE, "the store says NOT_FOUND"));
                case DIGEST_MISMATCH ->
                    assertThat(outcome)
                            .isEqualTo(new FetchOutcome.Missing(
                                    MissingReason.MISSING_REASON_CHANGED, "the store says DIGEST_MISMATCH"));
                default -> {
                    assertThat(waits).isTrue();
                    assertThat(problem).isEqualTo("the store says " + reason);
                    assertThat(outcome).isEqualTo(new FetchOutcome.Found(ByteString.copyFromUtf8("bytes")));
                    assertThat(fetch.problem()).isEmpty();
                }
            }
        }
    }

    @Test
    void fetchesAreBoundedAndSeveralAtATime() throws Exception {
        // Given
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        ObjectSource source = reference -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            three.countDown();
            three.await();
            now.decrementAndGet();
            return ByteString.EMPTY;
        };
        try (ObjectFetcher fetcher = new ObjectFetcher(source, 3)) {

            // When
            List<ObjectFetch> fetches = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                fetches.add(fetcher.begin(REFERENCE));
            }
            for (ObjectFetch fetch : fetches) {
                assertThat(fetch.await(Waits.PATIENT)).isInstanceOf(FetchOutcome.Found.class);
            }

            // Then
            assertThat(most).hasValue(3);
        }
    }

    @Test
    void aBrokenSourceIsNoMissingObject() {
        // Given
        ObjectSource source = reference -> {
            throw new IllegalStateException("broken");
        };
        try (ObjectFetcher fetcher = new ObjectFetcher(source, 1)) {

            // Then
            assertThatThrownBy(() -> fetcher.begin(REFERENCE).await(Waits.PATIENT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("broken");
        }
    }
}
