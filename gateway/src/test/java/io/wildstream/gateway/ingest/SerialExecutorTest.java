// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.testkit.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {

    @Test
    void runsInOrderAndSurvivesAFailure() throws Exception {
        // Given
        ExecutorService pool = Executors.newFixedThreadPool(4);
        SerialExecutor executor = new SerialExecutor(pool);
        List<Integer> done = new ArrayList<>();
        CountDownLatch end = new CountDownLatch(1);

        // When
        IntStream.range(0, 1000)
                .forEach(i -> executor.execute(() -> {
                    done.add(i);
                    if (i % 100 == 0) {
                        throw new IllegalStateException("expected by the test");
                    }
                }));
        executor.execute(end::countDown);

        // Then
        assertThat(end.await(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(done).isEqualTo(IntStream.range(0, 1000).boxed().toList());
        pool.shutdown();
    }
}
