// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.condense;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.CurriculumImages;
import io.wildstream.contracts.v1.LabelSource;
import io.wildstream.engine.ImageSet;
import io.wildstream.engine.ModelDescription;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.curriculum.CurriculumEvent;
import io.wildstream.trainer.curriculum.CurriculumLog;
import io.wildstream.trainer.curriculum.Holdout;
import io.wildstream.trainer.curriculum.Pixels;
import io.wildstream.trainer.curriculum.RecordParser;
import io.wildstream.trainer.curriculum.RehearsalBuffer;
import io.wildstream.trainer.curriculum.SkipRules;
import io.wildstream.trainer.curriculum.TrainingSample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Reads the images of a condensation: those of a curriculum, or of a file of labelled samples. */
final class CondensationImages {

    /** Memory for the pixels of all images, bytes. */
    private static final int MAX_BYTES = 1 << 30;
    /** Every so many images one is kept for the measurement where no holdout fits. */
    private static final int TEST_SHARE = 10;

    private final TrainerConfig config;
    private final Map<String, ?> clientProperties;
    private final Topics topics;

    CondensationImages(TrainerConfig config, Map<String, ?> clientProperties, Topics topics) {
        this.config = config;
        this.clientProperties = clientProperties;
        this.topics = topics;
    }

    /**
     * Images to learn from and to measure on.
     *
     * @param train not empty
     * @param test not empty
     */
    record Parts(ImageSet train, ImageSet test) {}

    /**
     * The images that a spec asks for.
     *
     * @param spec with defaults filled in
     * @param architecture shape and classes of the network that shall learn from them
     * @throws IOException when a file is unreadable or does not fit, or when there are more than 1 GiB of pixels
     * @throws IllegalArgumentException when there are too few images
     */
    Parts read(CondensationSpec spec, ModelDescription architecture) throws IOException {
        ImageSet all = spec.hasCurriculum()
                ? ofCurriculum(spec.getCurriculum(), architecture)
                : ofFile(dataSet(spec.getDataSet()), architecture);
        if (all.size() < TEST_SHARE) {
            throw new IllegalArgumentException(
                    "there are %d images of 8-bit pixels that %s can read, which takes %s images of"
                                    .formatted(all.size(), architecture.name(), architecture.input())
                            + " %d classes; at least %d are needed".formatted(architecture.classCount(), TEST_SHARE));
        }
        if (config.holdout().isPresent()) {
            return new Parts(all, ofFile(config.holdout().get(), architecture));
        }
        return new Parts(every(all, index -> index % TEST_SHARE != 0), every(all, index -> index % TEST_SHARE == 0));
    }

    private Path dataSet(String name) throws IOException {
        if (config.dataSets().isEmpty()) {
            throw new IOException(
                    "data_set: this condenser has no data sets: set wildstream.trainer.data-sets to their directory");
        }
        Path file = config.dataSets().get().resolve(name + ".gz");
        if (!Files.isRegularFile(file)) {
            throw new IOException("data_set: there is no file " + file);
        }
        return file;
    }

    private ImageSet ofCurriculum(CurriculumImages images, ModelDescription architecture) throws IOException {
        CurriculumLog log = new CurriculumLog(clientProperties, topics.curriculum(images.getCurriculum()));
        int bound = MAX_BYTES / architecture.image().values();
        RehearsalBuffer newest = new RehearsalBuffer(Math.min(images.getMaxImages(), bound + 1));
        RecordParser parser = new RecordParser(config.student(), architecture, SkipRules.NONE);
        readInto(newest, log, images.getUntilOffset(), parser);
        Gathered gathered = new Gathered(architecture, "curriculum.max_images: choose at most " + bound);
        boolean given = images.getLabels() == LabelSource.LABEL_SOURCE_GIVEN;
        for (TrainingSample sample : newest.samples()) {
            boolean own = given && sample.givenLabel() >= 0;
            gathered.add(
                    sample.pixels(),
                    own ? sample.givenLabel() : sample.teacher().pseudoLabel());
        }
        return gathered.images();
    }

    private static void readInto(RehearsalBuffer target, CurriculumLog log, long until, RecordParser parser)
            throws IOException {
        try {
            var unused = log.readAgain(log.begin(), until, parser, null, event -> {
                if (event instanceof CurriculumEvent.Selected selected) {
                    target.add(selected.sample());
                }
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("curriculum.curriculum: " + e.getMessage(), e);
        }
    }

    private static ImageSet ofFile(Path file, ModelDescription architecture) throws IOException {
        Holdout labelled = Holdout.read(file, architecture);
        Gathered gathered = new Gathered(architecture, file + ": keep fewer images in it");
        for (int i = 0; i < labelled.size(); i++) {
            gathered.add(labelled.images().get(i), labelled.labels()[i]);
        }
        return gathered.images();
    }

    private static ImageSet every(ImageSet all, IntPredicate wanted) {
        int values = all.shape().values();
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        int[] chosen = IntStream.range(0, all.size()).filter(wanted).toArray();
        for (int index : chosen) {
            pixels.write(all.pixels(), index * values, values);
        }
        int[] labels = IntStream.of(chosen).map(index -> all.labels()[index]).toArray();
        return new ImageSet(all.shape(), pixels.toByteArray(), labels, all.classes());
    }

    /** Images of 8-bit pixels; others are left out. */
    private static final class Gathered {

        private final ModelDescription architecture;
        private final String wayOut;
        private final ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        private final IntStream.Builder labels = IntStream.builder();

        Gathered(ModelDescription architecture, String wayOut) {
            this.architecture = architecture;
            this.wayOut = wayOut;
        }

        void add(Pixels image, int label) throws IOException {
            byte[] levels = image.levels();
            if (levels != null) {
                if (levels.length > MAX_BYTES - pixels.size()) {
                    throw new IOException(
                            "images of more than %d MiB cannot be condensed; %s".formatted(MAX_BYTES >> 20, wayOut));
                }
                pixels.writeBytes(levels);
                labels.add(label);
            }
        }

        ImageSet images() {
            return new ImageSet(
                    architecture.image(), pixels.toByteArray(), labels.build().toArray(), architecture.classes());
        }
    }
}
