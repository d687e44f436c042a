// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private final List<String> heard = new ArrayList<>();
    private final Backlog.Waiter waiter = new Backlog.Waiter() {
        @Override
        public void room() {
            heard.add("room");
        }

        @Override
        public void stillFull() {
            heard.add("none");
        }
    };
    private long nanos;
    private final Backlog backlog = new Backlog(100, () -> nanos);

    @Test
    void countsWhatWasStoredSinceTheLastReading() {
        // Given
        long mark = backlog.mark();
        backlog.seen(60, mark);

        // When
        store(39);
        boolean before = backlog.isFull();
        store(1);

        // Then
        assertThat(before).isFalse();
        assertThat(backlog.isFull()).isTrue();
        assertThat(backlog.records()).isEqualTo(100);
    }

    @Test
    void doesNotForgetWhatWasStoredDuringTheReading() {
        // Given
        store(50);
        long mark = backlog.mark();
        store(50);

        // When
        backlog.seen(70, mark);

        // Then
        assertThat(backlog.records()).isEqualTo(120);
    }

    @Test
    void notifiesThoseWhoWaitAfterEachReading() {
        // Given
        store(100);
        boolean open = backlog.open(waiter) || backlog.open(waiter);

        // When
        backlog.seen(100, backlog.mark());
        backlog.notifyWaiters();
        backlog.seen(99, backlog.mark());
        backlog.notifyWaiters();
        backlog.notifyWaiters();

        // Then
        assertThat(open).isFalse();
        assertThat(heard).containsExactly("none", "room");
        assertThat(backlog.open(waiter)).isTrue();
    }

    @Test
    void countsTheTimeForWhichItWasFull() {
        // Given
        store(100);

        // When
        nanos += TimeUnit.SECONDS.toNanos(3);
        double during = backlog.fullSeconds();
        backlog.seen(0, backlog.mark());
        nanos += TimeUnit.SECONDS.toNanos(5);

        // Then
        assertThat(during).isEqualTo(3);
        assertThat(backlog.fullSeconds()).isEqualTo(3);
    }

    @Test
    void withoutALimitIsNeverFull() {
        // Given
        Backlog endless = new Backlog(0, () -> nanos);

        // When
        endless.seen(Long.MAX_VALUE / 4, endless.mark());

        // Then
        assertThat(endless.isFull()).isFalse();
    }

    private void store(int samples) {
        IntStream.range(0, samples).forEach(i -> backlog.stored());
    }
}
