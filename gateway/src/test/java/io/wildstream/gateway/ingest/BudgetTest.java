// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetTest {

    private final Budget budget = new Budget(100);
    private final List<String> woken = new ArrayList<>();
    private final Runnable first = () -> woken.add("first");
    private final Runnable second = () -> woken.add("second");

    @Test
    void wakesThoseWhoWaitOnceThereIsRoom() {
        // Given
        budget.take(150);
        boolean open = budget.open(first) || budget.open(second) || budget.open(first);

        // When
        budget.release(40);
        List<String> tooEarly = List.copyOf(woken);
        budget.release(60);
        budget.release(50);

        // Then
        assertThat(open).isFalse();
        assertThat(tooEarly).isEmpty();
        assertThat(woken).containsExactly("first", "second");
        assertThat(budget.open(first)).isTrue();
    }

    @Test
    void forgetsThoseWhoLeave() {
        // Given
        budget.take(100);
        budget.open(first);
        budget.open(second);

        // When
        budget.forget(first);
        budget.release(100);

        // Then
        assertThat(woken).containsExactly("second");
    }

    @Test
    void whatDoesNotFitTakesNothing() {
        // Given
        budget.take(60);

        // When
        boolean tooMuch = budget.tryTake(50, false) || budget.tryTake(50, first);
        budget.release(20);
        boolean taken = budget.tryTake(50, false);

        // Then
        assertThat(tooMuch).isFalse();
        assertThat(woken).containsExactly("first");
        assertThat(taken).isTrue();
        assertThat(budget.taken()).isEqualTo(90);
    }

    @Test
    void samplesLeaveRoomForOthers() {
        // When
        boolean samples = budget.tryTake(88, true);
        boolean more = budget.tryTake(2, true);
        boolean command = budget.tryTake(12, false);

        // Then
        assertThat(samples).isTrue();
        assertThat(more).isFalse();
        assertThat(command).isTrue();
    }
}
