// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.mixture;

import com.google.protobuf.UnsafeByteOperations;
import io.wildstream.contracts.v1.LabelledSample;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageSet;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.ImageHeader;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Part;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The stream of a data-free distillation, made of real image sets: the teacher learns from the first images of the
 * original set; the stream holds the others of its train part (in-domain) and those of each wild set, shuffled.
 *
 * <p>The same sets, settings and seed give the same stream. A sample's source is the name of its set; it carries no label.
 */
public final class WildMixture {
    /** For {@link Builder#teacherImages}: the whole train part, so that the stream holds none of the original data. */
    public static final int ALL = Integer.MAX_VALUE;

    private record Source(String name, Images images, int firstNumber) {}

    private final DataSet original;
    private final SampleForm form;
    private final Images teacherTrain;
    private final List<Source> sources;
    /** For each entry of the stream its place in {@link #sources} and the index there. */
    private final int[] sourceOf;

    private final int[] indexOf;

    private WildMixture(
            DataSet original,
            SampleForm form,
            Images teacherTrain,
            List<Source> sources,
            int[] sourceOf,
            int[] indexOf) {
        this.original = original;
        this.form = form;
        this.teacherTrain = teacherTrain;
        this.sources = sources;
        this.sourceOf = sourceOf;
        this.indexOf = indexOf;
    }

    /** Begins with the original set: what the teacher knows and the student is to learn. */
    public static Builder of(DataSet original) {
        return new Builder(original);
    }

    /** The original set. */
    public DataSet original() {
        return original;
    }

    /** Channels, height and width of what the teacher reads: the original set's, unless another one was named. */
    public ImageShape shape() {
        return form.shape();
    }

    /** What the teacher learns from; no image of it is in the stream. */
    public Images teacherTrain() {
        return teacherTrain;
    }

    /** The teacher's images decoded, with the names of the classes. */
    public ImageSet teacherSet() {
        return teacherTrain.imageSet(shape(), original.classNames());
    }

    /** The test part decoded, with the names of the classes. */
    public ImageSet testSet() {
        return test().imageSet(shape(), original.classNames());
    }

    /** Whether the original set has a test part. */
    public boolean hasTest() {
        return original.part(Part.TEST).isPresent();
    }

    /** The original set's test part; an {@link IllegalStateException} when it has none. */
    public Images test() {
        return original.part(Part.TEST)
                .orElseThrow(() -> new IllegalStateException("Image set " + original.name() + " has no test part"));
    }

    /** The test part as labelled samples, of the size that the stream's have, for a holdout file. */
    public Iterator<LabelledSample> holdout() {
        Images test = test();
        return IntStream.range(0, test.size())
                .mapToObj(i -> LabelledSample.newBuilder()
                        .setSample(form.sample(test, i, original.name() + "-test", i))
                        .setLabel(label(test, i))
                        .build())
                .iterator();
    }

    private int label(Images images, int index) {
        int label = images.label(index);
        if (label == Images.NO_LABEL) {
            throw new IllegalStateException("Test image " + index + " of " + original.name() + " has no label");
        }
        return label;
    }

    /** How many samples the stream holds. */
    public int size() {
        return sourceOf.length;
    }

    /**
     * The stream's sample at a position, made when it is asked for; an {@link IndexOutOfBoundsException} beyond the end. A file that cannot
     * be decoded is sent as it is: the cluster says what is wrong with it.
     */
    public WildEntry entry(int position) {
        Source source = sources.get(sourceOf[position]);
        return new WildEntry(sample(source, indexOf[position]), inDomain(source.name()));
    }

    private Sample sample(Source source, int index) {
        int number = source.firstNumber() + index;
        try {
            return form.sample(source.images(), index, source.name(), number);
        } catch (DataSetException e) {
            byte[] file = source.images().payload(index);
            return Sample.newBuilder()
                    .setId(source.name() + "-" + number)
                    .setSource(source.name())
                    .setContentType(ImageHeader.contentType(file).orElse("application/octet-stream"))
                    .setPayload(UnsafeByteOperations.unsafeWrap(file))
                    .build();
        }
    }

    /** All samples of the stream in their order, each made when it is taken. */
    public Iterator<Sample> samples() {
        return IntStream.range(0, size()).mapToObj(i -> entry(i).sample()).iterator();
    }

    /** The label that the image of the stream's sample has; an {@link IllegalStateException} when it has none. */
    public int label(int position) {
        Source source = sources.get(sourceOf[position]);
        int label = source.images().label(indexOf[position]);
        if (label == Images.NO_LABEL) {
            throw new IllegalStateException("Image " + indexOf[position] + " of " + source.name() + " has no label");
        }
        return label;
    }

    /** Whether samples of that source are of the original data. */
    public boolean inDomain(String source) {
        return source.equals(original.name());
    }

    /** Samples of the stream by source, in the order in which the sets were given; a source without samples is absent. */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (int i = 0; i < sources.size(); i++) {
            int place = i;
            int count = (int)
                    IntStream.of(sourceOf).filter(source -> source == place).count();
            if (count > 0) {
                counts.merge(sources.get(i).name(), count, Integer::sum);
            }
        }
        return counts;
    }

    /** The share of the stream that is of the original data, in [0, 1]. */
    public double inDomainShare() {
        return counts().getOrDefault(original.name(), 0) / (double) size();
    }

    /** Collects what a mixture is made of. */
    public static final class Builder {
        private final DataSet original;
        private final List<DataSet> wild = new ArrayList<>();
        private int teacherImages = -1;
        private double inDomainShare = -1;
        private int limit = Integer.MAX_VALUE;
        private boolean wildTestParts;
        private boolean mayBeEmpty;
        private SampleForm form;
        private long seed = 1;

        private Builder(DataSet original) {
            this.original = original;
            this.form = new SampleForm(original.shape(), false);
        }

        /**
         * Has image files sent as they are, for a teacher that reads files of any size; images that are no files are converted. By default
         * every image is sent in the original set's shape.
         *
         * @param shape what the teacher makes of them
         */
        public Builder anySize(ImageShape shape) {
            form = new SampleForm(shape, true);
            return this;
        }

        /** How many images of the train part the teacher gets, at least 1; {@link #ALL} for all; default half of them. */
        public Builder teacherImages(int images) {
            if (images < 1) {
                throw new IllegalArgumentException("A teacher needs at least 1 image, not " + images);
            }
            teacherImages = images;
            return this;
        }

        /** Adds a wild set. Its name must differ from those of the others. */
        public Builder wild(DataSet set) {
            wild.add(set);
            return this;
        }

        /** Adds wild sets. */
        public Builder wild(List<DataSet> sets) {
            sets.forEach(this::wild);
            return this;
        }

        /** Whether a wild set with both parts gives its test part too; by default it gives its train part alone. */
        public Builder wildTestParts(boolean included) {
            wildTestParts = included;
            return this;
        }

        /**
         * Wanted share of in-domain samples in the stream, in [0, 1): in-domain images are left out at random to reach
         * it; when there are too few, all stay and the share is smaller. By default all stay.
         */
        public Builder inDomainShare(double share) {
            if (!(share >= 0 && share < 1)) {
                throw new IllegalArgumentException("The in-domain share must be in [0, 1), not " + share);
            }
            inDomainShare = share;
            return this;
        }

        /** Most samples of the stream, at least 1: the first of the shuffled mixture; by default all. */
        public Builder limit(int samples) {
            if (samples < 1) {
                throw new IllegalArgumentException("A stream needs at least 1 sample, not " + samples);
            }
            limit = samples;
            return this;
        }

        /** Whether the stream may hold no sample, as one that is fed from elsewhere; by default it may not. */
        public Builder mayBeEmpty(boolean allowed) {
            mayBeEmpty = allowed;
            return this;
        }

        /** Seeds the shuffle and what is left out; default 1. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /**
         * Makes the mixture.
         *
         * @throws IllegalArgumentException when two sets have one name, the train part is too small for the teacher, or
         *     no sample remains for a stream that may not be empty
         */
        public WildMixture build() {
            if (original.parts().isEmpty() && wild.isEmpty() && mayBeEmpty) {
                return new WildMixture(original, form, new NoImages(), List.of(), new int[0], new int[0]);
            }
            Images train = original.part(Part.TRAIN)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "Image set " + original.name() + " has no train part for a teacher to learn from"));
            int taken = teacherShare(train.size());
            List<Source> sources = sources(train, taken);
            SplittableRandom random = new SplittableRandom(seed);
            int[] inDomain = inDomain(train.size() - taken, outOfDomain(sources), random);
            int total = inDomain.length + outOfDomain(sources);
            if (total == 0 && !mayBeEmpty) {
                throw new IllegalArgumentException("No sample remains for the stream: the teacher takes all " + taken
                        + " train images of " + original.name() + " and there is no wild set");
            }
            int[] sourceOf = new int[total];
            int[] indexOf = new int[total];
            System.arraycopy(inDomain, 0, indexOf, 0, inDomain.length);
            int next = inDomain.length;
            for (int source = 1; source < sources.size(); source++) {
                for (int i = 0; i < sources.get(source).images().size(); i++) {
                    sourceOf[next] = source;
                    indexOf[next++] = i;
                }
            }
            int[] order = shuffled(total, random);
            int kept = Math.min(limit, total);
            int[] shuffledSource =
                    IntStream.range(0, kept).map(i -> sourceOf[order[i]]).toArray();
            int[] shuffledIndex =
                    IntStream.range(0, kept).map(i -> indexOf[order[i]]).toArray();
            return new WildMixture(
                    original, form, train.range(0, taken), List.copyOf(sources), shuffledSource, shuffledIndex);
        }

        private int teacherShare(int available) {
            if (teacherImages == -1) {
                return Math.max(1, available / 2);
            }
            if (teacherImages != ALL && teacherImages > available) {
                throw new IllegalArgumentException("The teacher needs " + teacherImages + " images, but "
                        + original.name() + " has " + available + " train images");
            }
            return Math.min(teacherImages, available);
        }

        private List<Source> sources(Images train, int taken) {
            List<Source> sources = new ArrayList<>();
            sources.add(new Source(original.name(), train.range(taken, train.size()), taken));
            for (DataSet set : wild) {
                if (sources.stream().anyMatch(source -> source.name().equals(set.name()))) {
                    throw new IllegalArgumentException(
                            "Two image sets are called " + set.name() + "; rename one of them");
                }
                Images first = set.trainOrOnly();
                sources.add(new Source(set.name(), first, 0));
                if (wildTestParts && set.parts().size() > 1) {
                    set.part(Part.TEST).ifPresent(test -> sources.add(new Source(set.name(), test, first.size())));
                }
            }
            return sources;
        }

        private static int outOfDomain(List<Source> sources) {
            return sources.stream()
                    .skip(1)
                    .mapToInt(source -> source.images().size())
                    .sum();
        }

        private int[] inDomain(int available, int outOfDomain, SplittableRandom random) {
            int[] order = shuffled(available, random);
            if (inDomainShare < 0 || outOfDomain == 0) {
                return order;
            }
            long wanted = Math.round(inDomainShare / (1 - inDomainShare) * outOfDomain);
            return IntStream.of(order).limit(wanted).toArray();
        }

        private static int[] shuffled(int count, SplittableRandom random) {
            int[] order = IntStream.range(0, count).toArray();
            for (int i = count - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int held = order[i];
                order[i] = order[other];
                order[other] = held;
            }
            return order;
        }
    }
}
