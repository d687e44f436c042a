// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import io.wildstream.contracts.v1.Balance;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ThresholdPolicy;
import io.wildstream.contracts.v1.TopNWindowPolicy;
import io.wildstream.contracts.v1.TwoPassPolicy;

/** Policies as the gateway writes them to {@code control}. */
public final class Policies {

    private Policies() {}

    public static ControlRecord threshold(long generation, double max) {
        return control(
                generation,
                SelectionPolicy.newBuilder()
                        .setThreshold(ThresholdPolicy.newBuilder().setMaxNoiseValue(max)));
    }

    public static ControlRecord keepRate(long generation, double rate, Balance balance) {
        return control(
                generation,
                SelectionPolicy.newBuilder()
                        .setKeepRate(KeepRatePolicy.newBuilder().setRate(rate).setBalance(balance)));
    }

    public static ControlRecord random(long generation, double rate, long seed) {
        return control(
                generation,
                SelectionPolicy.newBuilder()
                        .setRandom(RandomPolicy.newBuilder().setRate(rate).setSeed(seed)));
    }

    public static ControlRecord topNWindow(long generation, int window, int keep) {
        return control(
                generation,
                SelectionPolicy.newBuilder()
                        .setTopNWindow(
                                TopNWindowPolicy.newBuilder().setWindow(window).setKeep(keep)));
    }

    public static ControlRecord twoPass(long generation, double rate) {
        return control(
                generation,
                SelectionPolicy.newBuilder()
                        .setTwoPass(TwoPassPolicy.newBuilder().setRate(rate)));
    }

    public static ControlRecord control(long generation, SelectionPolicy.Builder policy) {
        return ControlRecord.newBuilder()
                .setGeneration(generation)
                .setSelectionPolicy(policy)
                .build();
    }
}
