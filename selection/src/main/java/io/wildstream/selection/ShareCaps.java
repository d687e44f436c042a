// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Bounds on the share that one class and one source may have of what a rule keeps, online: a token bucket for each. The rule grants kept
 * samples ({@code keep_rate}: its rate for each arrival; {@code threshold}: one for each that it kept); a bucket gets its share of every
 * grant and gives one token for each of its samples that is kept. So after grants of T a class or source with share c has at most {@code
 * c T + }{@value #BURST} kept samples.
 *
 * <p>Buckets begin full, and one that is full again is the same as one that never was: those go first when more than
 * {@value #MAX_BUCKETS} sources are known, so that the state is bounded whatever sources come.
 */
public final class ShareCaps {

    /** Tokens of a full bucket: kept samples by which a share can be exceeded for a while. */
    static final int BURST = 64;
    /** Buckets that are remembered. */
    static final int MAX_BUCKETS = 4096;

    /** First byte of the keys: those of {@link KeepRateRule} begin with 0 or 1. */
    private static final byte GRANTED = 16;

    private static final byte CLASS = 17;
    private static final byte SOURCE = 18;

    private final double perClass;
    private final double perSource;
    private final RuleState stored;
    private final Map<ByteBuffer, Bucket> buckets = new HashMap<>();
    private double granted;

    /** Tokens at the time when so much had been granted. */
    private record Bucket(double tokens, double at) {

        Bucket until(double granted, double share) {
            return new Bucket(Math.min(BURST, tokens + share * Math.max(0, granted - at)), granted);
        }

        byte[] toBytes() {
            return ByteBuffer.allocate(2 * Double.BYTES)
                    .putDouble(tokens)
                    .putDouble(at)
                    .array();
        }
    }

    /**
     * Caps that go on from what {@code stored} holds.
     *
     * @param perClass in (0, 1], or 0 for no bound
     * @param perSource in (0, 1], or 0 for no bound
     */
    public ShareCaps(double perClass, double perSource, RuleState stored) {
        this.perClass = perClass;
        this.perSource = perSource;
        this.stored = stored;
        stored.forEach((key, value) -> {
            ByteBuffer bytes = ByteBuffer.wrap(value);
            if (key[0] == GRANTED) {
                granted = bytes.getDouble();
            } else if (key[0] == CLASS || key[0] == SOURCE) {
                buckets.put(ByteBuffer.wrap(key), new Bucket(bytes.getDouble(), bytes.getDouble()));
            }
        });
    }

    /** Grants some kept samples, a fraction or more. */
    void grant(double samples) {
        if (bounded()) {
            granted += samples;
            stored.put(
                    new byte[] {GRANTED},
                    ByteBuffer.allocate(Double.BYTES).putDouble(granted).array());
        }
    }

    /** Whether class and source of the sample have a kept sample left. */
    boolean allow(ScoredSample sample) {
        return (perClass == 0 || tokens(classKey(sample), perClass) >= 1)
                && (perSource == 0 || tokens(sourceKey(sample), perSource) >= 1);
    }

    /** Books the sample as kept. */
    void keep(ScoredSample sample) {
        if (perClass > 0) {
            take(classKey(sample), perClass);
        }
        if (perSource > 0) {
            take(sourceKey(sample), perSource);
        }
    }

    /** Buckets that are remembered now. */
    int size() {
        return buckets.size();
    }

    private boolean bounded() {
        return perClass > 0 || perSource > 0;
    }

    private double tokens(byte[] key, double share) {
        return bucket(key).until(granted, share).tokens();
    }

    private Bucket bucket(byte[] key) {
        return buckets.getOrDefault(ByteBuffer.wrap(key), new Bucket(BURST, granted));
    }

    private void take(byte[] key, double share) {
        Bucket filled = bucket(key).until(granted, share);
        Bucket taken = new Bucket(filled.tokens() - 1, granted);
        buckets.put(ByteBuffer.wrap(key), taken);
        stored.put(key, taken.toBytes());
        if (buckets.size() > MAX_BUCKETS) {
            forgetSome();
        }
    }

    /** Forgets full buckets, or the quarter that comes nearest to it. */
    private void forgetSome() {
        List<ByteBuffer> fullest = new ArrayList<>(buckets.keySet());
        fullest.sort(Comparator.<ByteBuffer>comparingDouble(key -> -tokens(key.array(), shareOf(key)))
                .thenComparing(Comparator.naturalOrder()));
        for (ByteBuffer key : fullest.subList(0, MAX_BUCKETS / 4)) {
            buckets.remove(key);
            stored.delete(key.array());
        }
    }

    private double shareOf(ByteBuffer key) {
        return key.get(0) == CLASS ? perClass : perSource;
    }

    private static byte[] classKey(ScoredSample sample) {
        return ByteBuffer.allocate(1 + Integer.BYTES)
                .put(CLASS)
                .putInt(sample.pseudoLabel())
                .array();
    }

    private static byte[] sourceKey(ScoredSample sample) {
        byte[] source = sample.source().getBytes(UTF_8);
        return ByteBuffer.allocate(1 + source.length).put(SOURCE).put(source).array();
    }
}
