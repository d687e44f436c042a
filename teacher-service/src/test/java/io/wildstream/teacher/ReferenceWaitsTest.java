// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.DeadLetters;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.reference.testkit.WebServer;
import io.wildstream.teacher.Stream.Running;
import io.wildstream.teacher.fetch.FetchSettings;
import io.wildstream.teacher.model.TeacherExchange;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** References to what is not there yet: the pipeline waits, stops, and holds no more than it may. */
@UsesBroker
class ReferenceWaitsTest extends ReferencesFixture {

    @Test
    void waitsForAStoreThatIsDownAndLosesNothing() throws Exception {
        // Given a store that is down
        int port;
        try (WebServer gone = WebServer.plain()) {
            port = gone.port();
        }
        int count = 30;
        for (int number = 0; number < count; number++) {
            Sample sample = Stream.tensor("sample-" + number, 28, number);
            stream.write(List.of(stream.sample(
                    number % Stream.PARTITIONS,
                    number == 0
                            ? sample
                            : at(
                                    sample.toBuilder().clearPayload().build(),
                                    "http://localhost:" + port + "/" + number))));
        }
        TeacherSettings shortTurns = turns(Duration.ofMillis(300));

        // When
        try (TeacherExchange teachers = lenet();
                Running running = run(shortTurns, teachers, fetching(LONG, true), "http://localhost:" + port)) {
            await().until(() -> running.pipeline.problem().contains("waiting for http://localhost:" + port));
            double turns = transactions(running);
            await().until(() -> transactions(running) > turns + 2);

            // Then it goes on living, and nothing is given up
            assertThat(running.pipeline.sinceProgress()).isLessThan(Duration.ofMinutes(1));
            assertThat(running.registry
                            .get("wildstream_teacher_store_outage_seconds")
                            .gauge()
                            .value())
                    .isPositive();
            assertThat(stream.reasons()).isEmpty();

            // When it comes back
            try (WebServer back = WebServer.plain(port)) {
                for (int number = 1; number < count; number++) {
                    back.answer(
                            "/" + number,
                            WebServer.ok(
                                    Stream.tensor("x", 28, number).getPayload().toByteArray()));
                }
                stream.awaitOutcomes(count);
            }
            assertThat(running.pipeline.problem()).isEmpty();
        }
        assertThat(stream.reasons()).isEmpty();
        assertThat(stream.outputs().stream().map(output -> output.getSample().getId()))
                .containsExactlyInAnyOrderElementsOf(Stream.ids(0, count));
    }

    @Test
    void stopsWhileItWaitsAndGivesUpInTheEnd() throws Exception {
        // Given
        int port;
        try (WebServer gone = WebServer.plain()) {
            port = gone.port();
        }
        Sample sample = Stream.tensor("lost", 28, 1).toBuilder().clearPayload().build();
        stream.write(List.of(
                stream.sample(0, at(sample, "http://localhost:" + port + "/a")),
                stream.sample(0, byReference(2, Stream.tensor("found", 28, 2)))));

        // When a process is stopped that waits for a long time, in a long turn
        try (TeacherExchange teachers = lenet();
                Running running =
                        run(stream.settings("teacher-0"), teachers, fetching(LONG, true), "http://localhost:" + port)) {
            await().until(() -> !running.pipeline.problem().isEmpty());
        }
        int before = stream.outputs().size() + stream.deadLetters().size();

        // And the next one does not wait at all
        try (TeacherExchange teachers = lenet();
                Running running = run(
                        stream.settings("teacher-0"),
                        teachers,
                        fetching(Duration.ZERO, true),
                        "http://localhost:" + port)) {
            stream.awaitOutcomes(2);
        }

        // Then
        assertThat(before).isZero();
        assertThat(stream.reasons()).containsExactly("unavailable");
        assertThat(CloudEvents.text(stream.deadLetters().get(0).headers(), DeadLetters.DETAIL))
                .contains("http://localhost:" + port + "/a", "wildstream.references.patience");
        assertThat(stream.outputs())
                .extracting(output -> output.getSample().getId())
                .containsExactly("found");
    }

    @Test
    void holdsNoMoreThanItsMemoryInATurn() throws Exception {
        // Given memory for two samples in a turn
        int count = 40;
        for (int number = 0; number < count; number++) {
            stream.write(List.of(stream.sample(0, byReference(2, Stream.tensor("sample-" + number, 28, number)))));
        }

        // When
        try (TeacherExchange teachers = lenet();
                Running running = run(
                        stream.settings("teacher-0"),
                        teachers,
                        new FetchSettings(4, 2 * 2 * 784, MAX_BYTES, LONG, true))) {
            stream.awaitOutcomes(count);

            // Then
            assertThat(transactions(running)).isGreaterThanOrEqualTo(count / 2);
        }
        assertThat(stream.outputs())
                .extracting(output -> output.getSample().getId())
                .containsExactlyElementsOf(Stream.ids(0, count));
    }
}
