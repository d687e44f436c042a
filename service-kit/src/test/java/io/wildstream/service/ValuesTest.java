// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {

    private static final String KEY = "wildstream.x.y";
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void theEndsOfARangeAreInIt() {
        Values.between(KEY, 1, 1, 64);
        Values.between(KEY, 64, 1, 64);
        Values.between(KEY, 0.1, 0.1, 0.2);
        Values.between(KEY, 0.2, 0.1, 0.2);
        Values.between(KEY, SECOND, SECOND, SECOND.multipliedBy(2));
        Values.between(KEY, SECOND.multipliedBy(2), SECOND, SECOND.multipliedBy(2));
        Values.between(KEY, size(1), 1, 2);
        Values.between(KEY, size(2), 1, 2);
        Values.atLeast(KEY, 5, 5);
        Values.atLeast(KEY, SECOND, SECOND);
        Values.matches(KEY, "abc", "[a-c]+", "letters");
        Values.require(true, KEY, "anything", "x");
    }

    @Test
    void allRefusalsAreWordedAlike() {
        refused(() -> Values.between(KEY, 0, 1, 65_536), "wildstream.x.y must be between 1 and 65536, but is 0");
        refused(() -> Values.between(KEY, 65, 1, 64), "wildstream.x.y must be between 1 and 64, but is 65");
        refused(
                () -> Values.between(KEY, 0.5, 1e-12, 0.1),
                "wildstream.x.y must be between 1.0E-12 and 0.1, but is 0.5");
        refused(() -> Values.between(KEY, Double.NaN, 0, 1), "wildstream.x.y must be between 0.0 and 1.0, but is NaN");
        refused(
                () -> Values.between(KEY, Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofSeconds(5)),
                "wildstream.x.y must be between 10ms and 5s, but is 1ms");
        refused(
                () -> Values.between(KEY, Duration.ofHours(2), Duration.ZERO, Duration.ofHours(1)),
                "wildstream.x.y must be between 0s and 1h, but is 2h");
        refused(
                () -> Values.between(KEY, size(0), 1, 8_257_536),
                "wildstream.x.y must be between 1 and 8064K, but is 0");
        refused(
                () -> Values.between(KEY, size(8 << 20), 9 << 20, 1L << 34),
                "wildstream.x.y must be between 9M and 16G, but is 8M");
        refused(() -> Values.atLeast(KEY, 0, 1), "wildstream.x.y must be at least 1, but is 0");
        refused(
                () -> Values.atLeast(KEY, Duration.ofMillis(1), Duration.ofMillis(100)),
                "wildstream.x.y must be at least 100ms, but is 1ms");
        refused(
                () -> Values.matches(KEY, "a/b", "[a-z]+", "lower-case letters"),
                "wildstream.x.y must be lower-case letters, but is 'a/b'");
        refused(() -> Values.require(false, KEY, "set", "empty"), "wildstream.x.y must be set, but is empty");
    }

    @Test
    void aSizeBeyondALongIsTooLarge() {
        refused(
                () -> Values.between(KEY, new MemorySize(BigInteger.ONE.shiftLeft(80)), 1, 2),
                "wildstream.x.y must be between 1 and 2, but is 9223372036854775807");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT0.25S, 250ms",
        "PT1.5S, 1500ms",
        "PT1S, 1s",
        "PT90S, 90s",
        "PT5M, 5m",
        "PT90M, 90m",
        "PT1H, 1h",
        "PT24H, 24h",
        "PT0.0000001S, PT0.0000001S",
        "PT-1S, -1s"
    })
    void aTimeIsWrittenAsAKeyTakesIt(Duration time, String text) {
        assertThat(Values.text(time)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "1023, 1023", "1024, 1K", "1536, 1536", "8388608, 8M", "1099511627776, 1T"})
    void aSizeIsWrittenAsAKeyTakesIt(long bytes, String text) {
        assertThat(Values.bytes(bytes)).isEqualTo(text);
    }

    private static MemorySize size(long bytes) {
        return new MemorySize(BigInteger.valueOf(bytes));
    }

    private static void refused(ThrowingCallable check, String message) {
        assertThatThrownBy(check).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
