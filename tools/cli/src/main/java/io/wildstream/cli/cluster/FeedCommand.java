// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.cluster;

import io.wildstream.cli.options.Require;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.client.Feeder;
import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.lab.feed.FedCounts;
import io.wildstream.lab.feed.FedImages;
import io.wildstream.lab.terminal.Screen;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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
                "Sends images to the running cluster as they are: the cluster says which it cannot use. The directories of"
                        + " a set take turns. Labels, where there are any, stay here.")
public final class FeedCommand implements Callable<Integer> {

    private static final String INDENT = "  ";

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "Image sets: directories of image files or tar archives of them, whose other files are"
                    + " skipped and counted; directories of IDX files or CIFAR-10 binary files; 'built-in' for the"
                    + " built-in wild stream.")
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
        Require.that(spec, rateLimit > 0, "--rate-limit", rateLimit, "above 0");
        Screen screen = Screen.of(spec.commandLine().getOut());
        try (GatewayClient gateway = root.gateway()) {
            FedImages images = FedImages.open(paths, FedImages.teacherShape(gateway.status()));
            Feeder feeder = new Feeder(gateway, rateLimit, deduplicate);
            try (Feeding feeding = new Feeding(images.samples(), feeder, end)) {
                while (!feeding.isDone()) {
                    String line = progress(feeder, images);
                    screen.show(List.of(INDENT + line), line);
                    TimeUnit.MILLISECONDS.sleep(100);
                }
                String line = progress(feeder, images);
                screen.keep(List.of(INDENT + line), line);
                return finish(screen, feeder, images.counts());
            }
        }
    }

    private int finish(Screen screen, Feeder feeder, FedCounts counts) {
        FeedTable.of(feeder, counts).forEach(screen::say);
        if (end) {
            screen.say("the stream has ended");
        }
        if (counts.sent() == 0) {
            screen.say("nothing was sent: there is no image file in " + String.join(", ", paths));
        }
        return feeder.refused() > 0 || counts.sent() == 0 ? 1 : 0;
    }

    private static String progress(Feeder feeder, FedImages images) {
        long fed = feeder.accepted() + feeder.duplicates() + feeder.refused();
        return String.format(Locale.ROOT, "fed %,d of %,d", fed, images.size());
    }
}
