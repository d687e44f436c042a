// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateTest {

    private final KeyValueStore<Bytes, byte[]> store =
            Stores.inMemoryKeyValueStore("rules").get();

    @Test
    void shouldReadAStoreWithoutAVersionAndWriteItsOwn() {
        // Given
        int before = StateFormat.check(store);

        // When
        StateFormat.claim(store);

        // Then
        assertThat(before).isZero();
        assertThat(StateFormat.check(store)).isEqualTo(StateFormat.VERSION);
        assertThat(store.get(StateFormat.KEY)).containsExactly(0, 0, 0, StateFormat.VERSION);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, StateFormat.VERSION})
    void shouldTakeOverTheStateOfThisVersionAndEarlierOnes(int version) {
        // Given
        store.put(StateFormat.KEY, new byte[] {0, 0, 0, (byte) version});

        // When
        StateFormat.claim(store);

        // Then
        assertThat(StateFormat.check(store)).isEqualTo(StateFormat.VERSION);
    }

    @Test
    void shouldRefuseTheStateOfALaterVersionAndLeaveItAsItIs() {
        // Given
        byte[] later = {0, 0, 0, StateFormat.VERSION + 1};
        store.put(StateFormat.KEY, later);

        // When // Then
        assertThatThrownBy(() -> StateFormat.claim(store))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("format " + (StateFormat.VERSION + 1))
                .hasMessageContaining("reads up to " + StateFormat.VERSION);
        assertThat(store.get(StateFormat.KEY)).isEqualTo(later);
    }

    @Test
    void shouldShowACurriculumItsOwnEntriesOnly() {
        // Given: names of which one begins like the other
        StoreRuleState main = new StoreRuleState(store, "main");
        StoreRuleState longer = new StoreRuleState(store, "main2");
        StateFormat.claim(store);
        main.put(new byte[] {1}, bytes("a"));
        main.put(new byte[] {1, 2}, bytes("b"));
        main.put(new byte[] {-1}, bytes("c"));
        longer.put(new byte[] {1}, bytes("other"));

        // When
        main.delete(new byte[] {1, 2});

        // Then
        assertThat(entries(main)).containsExactlyInAnyOrderEntriesOf(Map.of("01", "a", "ff", "c"));
        assertThat(entries(longer)).containsExactlyEntriesOf(Map.of("01", "other"));
    }

    @Test
    void shouldHaveNoEntriesInAnEmptyStore() {
        // Given
        StoreRuleState state = new StoreRuleState(store, "main");

        // When // Then
        assertThat(entries(state)).isEmpty();
        assertThatCode(() -> state.delete(new byte[] {9})).doesNotThrowAnyException();
    }

    @Test
    void shouldRunExactlyOnceUnderANameOfItsOwn() {
        // Given
        StreamsSettings settings = new StreamsSettings(
                Path.of("state"), 3, Duration.ofMillis(150), Duration.ofSeconds(9), Duration.ofSeconds(7));
        Map<String, ?> client = Map.of("bootstrap.servers", "k:9092", "group.id", "somebody-else");

        // When
        Properties properties = settings.properties(client, new Topics("acme"), "selector-4");

        // Then
        assertThat(properties)
                .containsEntry(StreamsConfig.APPLICATION_ID_CONFIG, "acme.selector")
                .containsEntry(StreamsConfig.CLIENT_ID_CONFIG, "acme.selector-selector-4")
                .containsEntry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2)
                .containsEntry(StreamsConfig.STATE_DIR_CONFIG, "state")
                .containsEntry(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 3)
                .containsEntry(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 150L)
                .containsEntry("main.consumer.group.instance.id", "selector-4")
                .containsEntry("main.consumer.session.timeout.ms", 7000)
                .containsEntry("main.consumer.heartbeat.interval.ms", 1400)
                .containsEntry("producer.transaction.timeout.ms", 9000)
                .containsEntry("bootstrap.servers", "k:9092")
                .doesNotContainKey("group.id");
        assertThatCode(() -> new StreamsConfig(properties)).doesNotThrowAnyException();
    }

    private static Map<String, String> entries(StoreRuleState state) {
        Map<String, String> entries = new TreeMap<>();
        state.forEach((key, value) -> {
            StringBuilder name = new StringBuilder();
            for (byte one : key) {
                name.append(String.format("%02x", one));
            }
            entries.put(name.toString(), new String(value, UTF_8));
        });
        return entries;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
