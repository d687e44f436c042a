// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Synthetic streams of scored samples whose mix, class shares and noise quantiles follow the gray setting: images that the teacher knows,
 * spread over ten classes, among digits and letters that fall into a few classes with high confidence.
 */
public final class WildStream {

    /** A kind of images: how common, which classes it is taken for, and its noise quantiles at 0, 10, 50, 90 and 100 %. */
    public record Source(String name, double share, double[] classShares, double[] quantiles) {}

    /** One sample and where it came from. */
    public record Item(ScoredSample sample, String source) {}

    public static final int CLASSES = 10;
    public static final int PARTITIONS = 4;

    private static final double[] EVEN = {.1, .1, .1, .1, .1, .1, .1, .1, .1, .1};
    private static final double[] SANDALS = {.002, .001, .002, .004, .001, .68, .003, .003, .30, .004};
    private static final double[] BAGS = {.01, .005, .01, .01, .005, .15, .01, .01, .78, .01};

    private WildStream() {}

    /** Fashion 27.3 %, MNIST 54.5 %, KMNIST and notMNIST 9.1 % each. */
    public static List<Source> gray() {
        return List.of(
                new Source("fashion", 30, EVEN, new double[] {1e-12, 5.1e-7, .0015, .29, 2}),
                new Source("mnist", 60, SANDALS, new double[] {1e-8, 1.8e-4, .021, .58, 2}),
                new Source("kmnist", 10, BAGS, new double[] {1e-8, 2.2e-4, .055, .75, 2}),
                new Source("notmnist", 10, BAGS, new double[] {1e-6, .0036, .20, .81, 2}));
    }

    /** 3.6 % Fashion among 80000 others. */
    public static List<Source> rare() {
        List<Source> gray = gray();
        Source fashion = gray.get(0);
        List<Source> rare = new ArrayList<>(gray.subList(1, gray.size()));
        rare.add(new Source(fashion.name(), 3, fashion.classShares(), fashion.quantiles()));
        return rare;
    }

    /** A stationary stream, over the partitions in turn. */
    public static List<Item> draw(List<Source> sources, int count, long seed) {
        return draw(sources, count, seed, 0);
    }

    /** A stream whose noise values are multiplied by a factor that runs from 1 to {@code 10^decades}. */
    public static List<Item> draw(List<Source> sources, int count, long seed, double decades) {
        SplittableRandom random = new SplittableRandom(seed);
        double total = sources.stream().mapToDouble(Source::share).sum();
        List<Item> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Source source = pick(sources, random.nextDouble() * total);
            double noise = quantile(source.quantiles(), random.nextDouble()) * Math.pow(10, decades * i / count);
            int label = pick(source.classShares(), random.nextDouble());
            items.add(new Item(new ScoredSample(i % PARTITIONS, i / PARTITIONS, noise, label, CLASSES), source.name()));
        }
        return items;
    }

    private static Source pick(List<Source> sources, double draw) {
        double left = draw;
        for (Source source : sources) {
            left -= source.share();
            if (left < 0) {
                return source;
            }
        }
        return sources.get(sources.size() - 1);
    }

    private static int pick(double[] shares, double draw) {
        double left = draw;
        for (int k = 0; k < shares.length; k++) {
            left -= shares[k];
            if (left < 0) {
                return k;
            }
        }
        return shares.length - 1;
    }

    private static double quantile(double[] values, double level) {
        double[] levels = {0, .1, .5, .9, 1};
        int i = 0;
        while (level > levels[i + 1]) {
            i++;
        }
        double part = (level - levels[i]) / (levels[i + 1] - levels[i]);
        return Math.exp(Math.log(values[i]) * (1 - part) + Math.log(values[i + 1]) * part);
    }
}
