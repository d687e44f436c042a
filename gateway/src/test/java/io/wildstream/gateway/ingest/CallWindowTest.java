// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CallWindowTest {

    private static final int LARGEST = 100;

    @Test
    void requestsAsManyOfTheLargestMessagesAsHaveRoom() {
        // Given
        CallWindow window = window(10, 350);

        // When
        int first = window.request();
        int second = window.request();

        // Then
        assertThat(first).isEqualTo(3);
        assertThat(second).isZero();
    }

    @Test
    void requestsNoMoreThanTheNumberOfRecords() {
        // Given
        CallWindow window = window(2, 100_000);

        // When
        int requested = window.request();

        // Then
        assertThat(requested).isEqualTo(2);
    }

    @Test
    void requestsMoreWhenMessagesTurnOutSmall() {
        // Given
        CallWindow window = window(10, 350);
        int requested = window.request();

        // When
        window.arrived();
        window.taken(10);
        int more = window.request();

        // Then: two may still arrive, and 340 bytes are left
        assertThat(requested).isEqualTo(3);
        assertThat(more).isEqualTo(1);
    }

    @Test
    void requestsNothingWhileTheBytesAreInFlight() {
        // Given
        CallWindow window = window(10, 250);
        int requested = window.request();
        for (int i = 0; i < requested; i++) {
            window.arrived();
            window.taken(LARGEST);
        }

        // When
        int full = window.request();
        window.settled(LARGEST);
        int afterOne = window.request();

        // Then
        assertThat(full).isZero();
        assertThat(afterOne).isEqualTo(1);
    }

    @Test
    void aRefusedMessageLeavesItsRoom() {
        // Given
        CallWindow window = window(10, 100);
        int requested = window.request();

        // When: it arrives and is not taken
        window.arrived();
        int again = window.request();

        // Then
        assertThat(requested).isEqualTo(1);
        assertThat(again).isEqualTo(1);
        assertThat(window.isEmpty()).isTrue();
    }

    @Test
    void knowsWhetherAMessageMayStillArrive() {
        // Given
        CallWindow window = window(1, 100);

        // When
        boolean before = window.isAwaiting();
        int requested = window.request();
        boolean after = window.isAwaiting();
        window.arrived();

        // Then
        assertThat(requested).isEqualTo(1);
        assertThat(before).isFalse();
        assertThat(after).isTrue();
        assertThat(window.isAwaiting()).isFalse();
    }

    @Test
    void neverExceedsItsLimitsWhateverArrives() {
        // Given
        long seed = System.nanoTime();
        Random random = new Random(seed);
        CallWindow window = window(7, 650);
        int mayArrive = 0;
        java.util.ArrayDeque<Integer> inFlight = new java.util.ArrayDeque<>();

        for (int i = 0; i < 10_000; i++) {
            // When
            mayArrive += window.request();
            if (mayArrive > 0 && random.nextBoolean()) {
                mayArrive--;
                int size = 1 + random.nextInt(LARGEST);
                window.arrived();
                window.taken(size);
                inFlight.add(size);
            } else if (!inFlight.isEmpty()) {
                window.settled(inFlight.remove());
            }

            // Then
            int bytes = inFlight.stream().mapToInt(Integer::intValue).sum();
            assertThat(bytes + mayArrive * LARGEST).as("seed %d", seed).isLessThanOrEqualTo(650);
            assertThat(inFlight.size() + mayArrive).as("seed %d", seed).isLessThanOrEqualTo(7);
        }
    }

    private static CallWindow window(int records, long bytes) {
        return new CallWindow(new IngestLimits(records, bytes, LARGEST, Duration.ofSeconds(1)));
    }
}
