// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.cluster;

import io.wildstream.cli.options.Require;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.client.Feeder;
import io.wildstream.client.Feeding;
import io.wildstream.client.GatewayClient;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.FedImages;
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
                "Sends images to the running cluster, in their order. Their labels, where there are any, stay here.")
public final class FeedCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

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
        Require.that(spec, rateLimit > 0, "--rate-limit", rateLimit, "above 0");
        Screen screen = Screen.of(spec.commandLine().getOut());
        try (GatewayClient gateway = root.gateway()) {
            FedImages images = FedImages.open(paths, FedImages.teacherShape(gateway.status()));
            long total = images.size();
            Feeder feeder = new Feeder(gateway, rateLimit, deduplicate);
            try (Feeding feeding = new Feeding(images.samples(), feeder, end)) {
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
                feeder.duplicates() == 0 ? "" : ", " + feeder.duplicates() + " already stored",
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
}
