// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.client.Feeder;
import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.format.DataSets;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.WorkloadData;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream feed}: sends images to the running cluster. */
@Command(
        name = "feed",
        mixinStandardHelpOptions = true,
        description =
                "Sends images to the running cluster, in their order. Their labels, where there are any, stay here.")
final class FeedCommand implements Callable<Integer> {

    private static final String BUILT_IN = "built-in";

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "Image sets: directories of IDX files, CIFAR-10 binary files or image files, tar archives of"
                    + " images; 'built-in' for the built-in wild stream.")
    List<String> paths = List.of();

    @Option(names = "--rate-limit", paramLabel = "N", description = "Samples per second (default: as fast as it goes).")
    double rateLimit = Double.POSITIVE_INFINITY;

    @Option(
            names = "--deduplicate",
            description =
                    "Leave out samples whose ids were stored with --deduplicate before, as a feed that is repeated"
                            + " does.")
    boolean deduplicate;

    @Option(names = "--end", description = "Declare the end of the stream after the last image.")
    boolean end;

    @Override
    public Integer call() throws InterruptedException {
        Options.require(spec, rateLimit > 0, "--rate-limit", rateLimit, "above 0");
        Screen screen = Screen.of(spec.commandLine().getOut());
        try (GatewayClient gateway = Running.connect(Running.require(root.home()))) {
            ImageShape shape = teacherShape(gateway);
            List<Part> parts = paths.stream().flatMap(path -> open(path, shape)).toList();
            long total = parts.stream().mapToLong(Part::size).sum();
            Iterator<Sample> samples = parts.stream().flatMap(Part::samples).iterator();
            Feeder feeder = new Feeder(gateway, rateLimit, deduplicate);
            try (Feeding feeding = new Feeding(samples, feeder, end)) {
                while (!feeding.isDone()) {
                    show(screen, feeder.accepted() + feeder.duplicates(), total);
                    TimeUnit.MILLISECONDS.sleep(100);
                }
                screen.clear();
                return finish(screen, feeder);
            }
        }
    }

    private int finish(Screen screen, Feeder feeder) {
        screen.say(String.format(
                Locale.ROOT,
                "%,d samples stored%s%s%s",
                feeder.accepted(),
                feeder.duplicates() == 0 ? "" : ", " + feeder.duplicates() + " known already",
                feeder.refused() == 0 ? "" : ", " + feeder.refused() + " refused",
                end ? "; the stream has ended" : ""));
        if (feeder.refused() > 0) {
            screen.say("the first refusal: " + feeder.firstRefusal());
            return 1;
        }
        return 0;
    }

    private static void show(Screen screen, long accepted, long total) {
        String line = String.format(Locale.ROOT, "  fed %,d of %,d", accepted, total);
        screen.show(List.of(line), line.strip());
    }

    /** Some samples in a row. */
    private record Part(int size, java.util.function.IntFunction<Sample> sample) {
        Stream<Sample> samples() {
            return IntStream.range(0, size).mapToObj(sample);
        }
    }

    private static Stream<Part> open(String path, ImageShape shape) {
        if (path.equals(BUILT_IN)) {
            var mixture = WorkloadData.builtInStream();
            return Stream.of(new Part(mixture.size(), i -> mixture.entry(i).sample()));
        }
        try {
            DataSet set = DataSets.open(Path.of(path));
            Images images = set.trainOrOnly();
            return Stream.of(new Part(images.size(), i -> images.sample(i, set.name(), i, shape)));
        } catch (DataSetException e) {
            throw new ClusterException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ImageShape teacherShape(GatewayClient gateway) {
        @Nullable List<Integer> shape = gateway.status().getInstancesList().stream()
                .filter(InstanceStatus::hasTeacher)
                .map(instance -> instance.getTeacher().getInputShapeList())
                .filter(list -> list.size() == 3)
                .findFirst()
                .orElse(null);
        if (shape == null) {
            throw new ClusterException("no teacher is alive: 'wildstream status' shows what runs");
        }
        return new ImageShape(shape.get(0), shape.get(1), shape.get(2));
    }
}
