// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.reference.Fetched;
import io.wildstream.reference.ReferenceException;
import io.wildstream.reference.ReferenceReader;
import io.wildstream.reference.ReferenceSettings;
import io.wildstream.teacher.fetch.Fetches.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchesTest {

    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    Path directory;

    private Fetches fetches(Path root, Duration patience, long memory) {
        return new Fetches(
                new ReferenceReader(ReferenceSettings.files(List.of(root))),
                new FetchSettings(2, memory, 1000, patience, true),
                new SimpleMeterRegistry());
    }

    private static Reference to(Path file) {
        return Reference.newBuilder().setAddress(file.toUri().toString()).build();
    }

    private static Place place(long offset) {
        return new Place(0, offset);
    }

    @Test
    void aWaitThatIsStoppedIsNoFailure() throws Exception {
        for (int round = 0; round < 20; round++) {
            // Given something that is waited for, since its directory is not mounted
            Reference absent = to(directory.resolve("absent").resolve("file"));
            try (Fetches fetches = fetches(directory.resolve("absent"), LONG, 1 << 20)) {
                fetches.begin(place(0), absent);
                await().until(() -> fetches.problem().startsWith("waiting for file:"));
                CompletableFuture<Object> waiting = CompletableFuture.supplyAsync(() -> {
                    try {
                        Fetched fetched = fetches.await(place(0), absent, () -> true);
                        return fetched == null ? "nothing" : fetched;
                    } catch (ReferenceException e) {
                        return e;
                    }
                });

                // When
                fetches.stop();

                // Then
                assertThat(waiting.join()).isEqualTo("nothing");
            }
        }
    }

    @Test
    void aFetchGoesOnFromOneTurnToTheNext() throws Exception {
        // Given
        Path root = directory.resolve("root");
        Reference reference = to(root.resolve("file"));
        AtomicInteger asked = new AtomicInteger();
        try (Fetches fetches = fetches(root, LONG, 1 << 20)) {

            // When a turn ends without it, and the directory is mounted
            Fetched none = fetches.await(place(0), reference, () -> asked.incrementAndGet() < 2);
            Files.createDirectory(root);
            Files.writeString(root.resolve("file"), "image");
            AtomicInteger signs = new AtomicInteger();
            fetches.settle(LONG, signs::incrementAndGet);
            fetches.keepOnly(Set.of(place(0)));
            Fetched fetched = fetches.await(place(0), reference, () -> true);

            // Then
            assertThat(none).isNull();
            assertThat(fetched.bytes().toStringUtf8()).isEqualTo("image");
            assertThat(fetches.problem()).isEmpty();
        }
    }

    @Test
    void noMoreIsBegunThanThereIsRoomFor() throws Exception {
        // Given room for one sample of unknown size, or for many small ones
        Path file = Files.writeString(directory.resolve("file"), "image");
        Reference unknown = to(file);
        Reference small = unknown.toBuilder().setSizeBytes(5).build();
        try (Fetches fetches = fetches(directory, LONG, 2 * 1000)) {

            // Then, with threads for two
            assertThat(fetches.begin(place(0), unknown)).isTrue();
            assertThat(fetches.begin(place(0), unknown)).isTrue();
            await().until(() -> fetches.begin(place(1), small));
            assertThat(fetches.begin(place(2), small)).isFalse();
            assertThat(fetches.await(place(0), unknown, () -> true)).isNotNull();
            assertThat(fetches.begin(place(2), small)).isTrue();
            assertThat(fetches.await(place(3), small, () -> true)).isNotNull();
        }
    }

    @Test
    void aStoreIsWaitedForAsLongAsItDoesNotAnswer() {
        // Given
        AtomicLong now = new AtomicLong();
        Outages outages = new Outages(Duration.ofSeconds(10), now::get);

        // Then
        assertThat(outages.failed("a", "down")).isFalse();
        now.addAndGet(Duration.ofSeconds(9).toNanos());
        assertThat(outages.failed("a", "still down")).isFalse();
        assertThat(outages.failed("b", "down")).isFalse();
        assertThat(outages.problem()).isEqualTo("waiting for a, which has not answered for 9 s: still down");
        assertThat(outages.longest()).isEqualTo(Duration.ofSeconds(9));
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(outages.failed("a", "down")).isTrue();
        assertThat(outages.failed("b", "down")).isFalse();
        outages.answered("a");
        assertThat(outages.failed("a", "down again")).isFalse();
        outages.answered("a");
        outages.answered("b");
        assertThat(outages.problem()).isEmpty();
        assertThat(outages.longest()).isZero();
    }

    @Test
    void whatIsNotThereIsSaidAtOnce() throws IOException {
        try (Fetches fetches = fetches(directory, LONG, 1 << 20)) {
            assertThatThrownBy(() -> fetches.await(place(0), to(directory.resolve("absent")), () -> true))
                    .isInstanceOf(ReferenceException.class)
                    .hasMessageContaining("there is no such file");
            assertThat(fetches.problem()).isEmpty();
        }
    }
}
