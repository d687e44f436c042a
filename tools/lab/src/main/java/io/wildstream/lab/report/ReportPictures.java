// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import io.wildstream.client.count.Example;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.lab.data.Pixels;
import io.wildstream.lab.plot.Gallery;
import io.wildstream.lab.plot.HeatMap;
import io.wildstream.lab.plot.LinePlot;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The pictures of a report: what was kept, how accuracy rose, and the learned noise matrices. */
final class ReportPictures {

    private static final int TILES = 48;

    private final DemoRun run;
    private final Path directory;
    private final ImageShape shape;
    private final SampleDecoder decoder;

    ReportPictures(DemoRun run, Path directory) {
        this.run = run;
        this.directory = directory;
        ModelDescription teacher = run.teacher().description();
        this.shape = teacher.image();
        int channels = shape.channels();
        this.decoder = new SampleDecoder(
                teacher.withNormalisation(Collections.nCopies(channels, 0f), Collections.nCopies(channels, 1f)));
    }

    void write() throws IOException {
        for (Map.Entry<String, List<Example>> entry : run.counts().examples().entrySet()) {
            gallery(entry.getKey(), entry.getValue()).write(directory.resolve("samples-" + entry.getKey() + ".png"));
        }
        accuracy().write(directory.resolve("accuracy.png"));
        for (var manifest : run.counts().checkpoints().values()) {
            Optional<double[][]> matrix = NoiseMatrix.read(run.checkpoints(), manifest);
            if (matrix.isPresent()) {
                String title = "Learned noise matrix Q of student " + manifest.getStudent();
                new HeatMap(
                                title,
                                "true class",
                                "pseudo-label",
                                run.teacher().description().classes(),
                                matrix.get())
                        .write(directory.resolve("noise-matrix-" + manifest.getStudent() + ".png"));
            }
        }
    }

    private Gallery gallery(String curriculum, List<Example> examples) {
        return new Gallery("Curriculum " + curriculum)
                .section("kept", tiles(examples.stream().filter(Example::kept)))
                .section("rejected", tiles(examples.stream().filter(example -> !example.kept())));
    }

    private List<Gallery.Tile> tiles(Stream<Example> examples) {
        return examples.flatMap(example -> tile(example).stream()).limit(TILES).toList();
    }

    private Optional<Gallery.Tile> tile(Example example) {
        List<String> classes = run.teacher().description().classes();
        return pixels(example.sample())
                .map(pixels -> new Gallery.Tile(
                        pixels,
                        classes.get(example.pseudoLabel()),
                        example.noiseValue(),
                        run.workload().mixture().inDomain(example.sample().getSource())));
    }

    private Optional<Pixels> pixels(Sample sample) {
        FloatBuffer values = FloatBuffer.allocate(shape.values());
        try {
            decoder.decode(sample, values);
        } catch (InvalidSampleException e) {
            // Only decided samples are shown, and the teacher has decoded each of them.
            return Optional.empty();
        }
        byte[] bytes = new byte[shape.values()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(255 * values.get(i));
        }
        return Optional.of(new Pixels(shape, bytes));
    }

    private LinePlot accuracy() {
        LinePlot plot = new LinePlot(
                "Accuracy of the students", "samples learned from, rehearsals included", "holdout accuracy, %");
        double batch = run.workload().spec().getBatchSize();
        run.history()
                .points()
                .forEach((student, points) -> plot.curve(
                        student,
                        points.stream().map(point -> batch * point.step()).toList(),
                        points.stream().map(point -> 100 * point.accuracy()).toList()));
        Double teacher = run.teacher().bestKnownAccuracy();
        if (teacher != null) {
            plot.level("teacher", 100 * teacher);
        }
        return plot;
    }
}
