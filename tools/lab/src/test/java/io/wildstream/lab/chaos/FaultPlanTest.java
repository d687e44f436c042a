// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

    private static final List<String> VICTIMS =
            List.of("broker", "gateway", "teacher-0", "teacher-1", "selector-0", "selector-1", "trainer-dfnd");

    @Test
    void theSameSeedMakesTheSamePlanAndAnotherSeedAnother() {
        // Given
        FaultPlan plan = FaultPlan.of(3, 50, 30_000, VICTIMS);

        // When
        FaultPlan again = FaultPlan.of(3, 50, 30_000, VICTIMS);
        FaultPlan other = FaultPlan.of(4, 50, 30_000, VICTIMS);

        // Then
        assertThat(again).isEqualTo(plan);
        assertThat(other).isNotEqualTo(plan);
    }

    @Test
    void eachProcessIsAVictimOnceARoundAndSuffersEveryKind() {
        // Given
        int rounds = FaultKind.values().length;

        // When
        List<Fault> faults =
                FaultPlan.of(1, rounds * VICTIMS.size(), 30_000, VICTIMS).faults();

        // Then
        for (int round = 0; round < rounds; round++) {
            List<Fault> part = faults.subList(round * VICTIMS.size(), (round + 1) * VICTIMS.size());
            assertThat(part).extracting(Fault::victim).containsExactlyInAnyOrderElementsOf(VICTIMS);
        }
        Map<String, Set<FaultKind>> kinds = faults.stream()
                .collect(Collectors.groupingBy(Fault::victim, Collectors.mapping(Fault::kind, Collectors.toSet())));
        assertThat(kinds.values()).containsOnly(EnumSet.allOf(FaultKind.class));
    }

    @Test
    void theyLieInOrderWithinTheStream() {
        // Given
        long samples = 10_000;

        // When
        List<Fault> faults = FaultPlan.of(7, 20, samples, VICTIMS).faults();

        // Then
        assertThat(faults).isSortedAccordingTo(Comparator.comparingLong(Fault::at));
        assertThat(faults)
                .extracting(Fault::number)
                .doesNotHaveDuplicates()
                .startsWith(1)
                .endsWith(20);
        assertThat(faults.get(0).at()).isGreaterThanOrEqualTo((long) (FaultPlan.FROM * samples));
        assertThat(faults.get(18).at()).isLessThan((long) (FaultPlan.TO * samples) + 1);
        assertThat(faults.get(19).at()).isEqualTo(samples);
    }

    @Test
    void aLongStopIsLongerThanTheTimeOutsOfSessionsAndTransactions() {
        // Given
        Set<Long> lengths = new HashSet<>();

        // When
        for (int seed = 0; seed < 20; seed++) {
            FaultPlan.of(seed, 28, 30_000, VICTIMS).faults().forEach(fault -> {
                switch (fault.kind()) {
                    case LONG_STOP -> lengths.add(fault.stopMillis());
                    case STOP -> assertThat(fault.stopMillis()).isBetween(500L, 5000L);
                    case KILL, RESTART -> assertThat(fault.stopMillis()).isZero();
                }
            });
        }

        // Then
        assertThat(lengths).hasSizeGreaterThan(20).allMatch(length -> length > 10_000 && length < 20_000);
    }
}
