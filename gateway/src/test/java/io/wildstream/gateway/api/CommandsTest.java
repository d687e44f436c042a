// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.Student;
import io.wildstream.gateway.testkit.TestClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandsTest {

    /** More than there are threads for commands. */
    private static final int MANY = 96;

    private final Commands commands = new Commands();
    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final CountDownLatch answered = new CountDownLatch(1);

    @AfterEach
    void stop() {
        commands.close();
    }

    @Test
    void aClientThatGoesFreesItsThreadOrItsPlaceInTheQueue() throws InterruptedException {
        // Given
        List<TestClient<Student>> abandoned = waiting();

        // When
        abandoned.forEach(TestClient::cancel);
        commands.answer(new TestClient<>(), this::answer);

        // Then
        assertThat(answered.await(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(begun).hasValueLessThan(MANY);
    }

    @Test
    void whoReadsDoesNotWaitBehindCommands() throws InterruptedException {
        // Given
        waiting();

        // When
        commands.read(new TestClient<>(), this::answer);

        // Then
        assertThat(answered.await(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoReadsMemoryDoesNotWaitBehindThoseWhoReadTopics() throws InterruptedException {
        // Given
        for (int i = 0; i < MANY; i++) {
            commands.readLog(new TestClient<>(), this::waitForEver);
        }

        // When
        commands.read(new TestClient<>(), this::answer);

        // Then
        assertThat(answered.await(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aCommandThatMayHaveToUndoItsWorkIsNotInterrupted() throws InterruptedException {
        // Given
        CountDownLatch goOn = new CountDownLatch(1);
        TestClient<Student> client = new TestClient<>();
        commands.complete(client, () -> {
            begun.incrementAndGet();
            goOn.await();
            return answer();
        });
        await().atMost(Waits.PATIENT).until(() -> begun.get() == 1);

        // When
        client.cancel();
        goOn.countDown();

        // Then
        assertThat(answered.await(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void stopsWithinItsGrace() throws InterruptedException {
        // Given
        waiting();

        // When
        commands.stop(Duration.ofMillis(10));

        // Then
        TestClient<Student> late = new TestClient<>();
        commands.read(late, this::answer);
        assertThat(late.error()).hasMessageContaining("stopping");
    }

    /** Commands that wait, and have taken all threads. */
    private List<TestClient<Student>> waiting() {
        List<TestClient<Student>> clients = IntStream.range(0, MANY)
                .mapToObj(i -> new TestClient<Student>())
                .toList();
        clients.forEach(client -> commands.answer(client, this::waitForEver));
        await().atMost(Waits.PATIENT).until(() -> begun.get() == Commands.COMMANDERS);
        return clients;
    }

    private Student waitForEver() throws InterruptedException {
        begun.incrementAndGet();
        never.await();
        return Student.getDefaultInstance();
    }

    private Student answer() {
        answered.countDown();
        return Student.getDefaultInstance();
    }
}
