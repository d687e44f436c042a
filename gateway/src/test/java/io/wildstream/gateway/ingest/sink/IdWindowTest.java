// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.SamplePosition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IdWindowTest {

    @Test
    void knowsTheLastIdsAndNoOthers() {
        // Given
        IdWindow window = new IdWindow(3000);

        // When
        for (int i = 0; i < 10_000; i++) {
            window.add(IdHash.of("id-" + i), i % 7, 1L << 40 | i);
        }

        // Then
        assertThat(window.size()).isEqualTo(3000);
        for (int i = 0; i < 10_000; i++) {
            SamplePosition found = window.find(IdHash.of("id-" + i));
            if (i < 7000) {
                assertThat(found).isNull();
            } else {
                assertThat(found)
                        .isEqualTo(SamplePosition.newBuilder()
                                .setPartition(i % 7)
                                .setOffset(1L << 40 | i)
                                .build());
            }
        }
    }

    @Test
    void agreesWithAPlainMapWhenManyIdsShareASlot() {
        // Given
        SplittableRandom random = new SplittableRandom(5);
        IdWindow window = new IdWindow(50);
        Map<IdHash, Long> plain = new LinkedHashMap<>();

        for (int i = 0; i < 20_000; i++) {
            // When: few values of the low part, so that chains are long and wrap around
            IdHash id = new IdHash(random.nextInt(40), -3 + random.nextInt(6));
            window.add(id, 0, i);
            if (plain.putIfAbsent(id, (long) i) == null && plain.size() > 50) {
                plain.remove(plain.keySet().iterator().next());
            }

            // Then
            IdHash asked = new IdHash(random.nextInt(40), -3 + random.nextInt(6));
            SamplePosition found = window.find(asked);
            assertThat(found == null ? null : found.getOffset()).isEqualTo(plain.get(asked));
        }
    }

    @Test
    void keepsTheFirstPosition() {
        // Given
        IdWindow window = new IdWindow(1);
        window.add(IdHash.of("a"), 3, 8);

        // When
        window.add(IdHash.of("a"), 4, 9);

        // Then
        SamplePosition found = window.find(IdHash.of("a"));
        assertThat(found).isNotNull();
        assertThat(found.getPartition()).isEqualTo(3);
        assertThat(found.getOffset()).isEqualTo(8);
    }
}
