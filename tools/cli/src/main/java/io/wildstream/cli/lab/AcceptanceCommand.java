// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.lab;

import io.wildstream.cli.options.DurationConverter;
import io.wildstream.cli.options.Require;
import io.wildstream.cli.session.ExitStatus;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.Policies;
import io.wildstream.cluster.ArgumentException;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.lab.demo.Acceptance;
import io.wildstream.lab.demo.AcceptanceText;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.RehearsalRatio;
import io.wildstream.lab.workload.WorkloadData;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream acceptance}: one finite stream through a cluster of containers, and the proof that nothing was lost. */
@Command(
        name = "acceptance",
        mixinStandardHelpOptions = true,
        description = {
            "Sends built-in images through a cluster that runs elsewhere, for example in containers, trains "
                    + "one student and proves from the committed records that no sample was lost or learned twice.",
            "This ends the stream: the topics must be new, and the selectors need "
                    + "wildstream.selector.publish-rejected=true. The token is read from WILDSTREAM_TOKEN."
        })
public final class AcceptanceCommand implements Callable<Integer> {

    private static final int BATCH = 32;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = "--gateway",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8080",
            description = "The gateway (default: ${DEFAULT-VALUE}).")
    String gateway = "";

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "Kafka, to read back what was committed (default: ${DEFAULT-VALUE}).")
    String kafka = "";

    @Option(
            names = "--student",
            paramLabel = "ID",
            defaultValue = Policies.DFND,
            description = "The student whose trainer runs (default: ${DEFAULT-VALUE}).")
    String student = "";

    @Option(
            names = "--student-model",
            paramLabel = "NAME",
            defaultValue = "lenet5-1x28-10",
            description = "Its untrained model in the trainer's model store (default: ${DEFAULT-VALUE}).")
    String model = "";

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "4000",
            description = "First samples of the built-in stream (default: ${DEFAULT-VALUE}).")
    int samples;

    @Option(
            names = "--rate",
            paramLabel = "SHARE",
            defaultValue = "0.4",
            description = "Share of the stream that is kept, class-balanced (default: ${DEFAULT-VALUE}).")
    double rate;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "150",
            description = "Steps of the student (default: ${DEFAULT-VALUE}).")
    long steps;

    @Option(names = "--rate-limit", paramLabel = "N", description = "Samples per second (default: as fast as it goes).")
    double rateLimit = Double.POSITIVE_INFINITY;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "10m",
            description = "Time after which the run is given up, such as 90s or 10m (default: ${DEFAULT-VALUE}).")
    Duration timeLimit = Duration.ofMinutes(10);

    @Override
    public Integer call() throws InterruptedException {
        requireOptions();
        var unused = root.home(); // nothing is logged
        int colon = gateway.lastIndexOf(':');
        var stream = WorkloadData.builtInStream();
        int total = Math.min(samples, stream.size());
        Iterator<Sample> fed = IntStream.range(0, total)
                .mapToObj(i -> stream.entry(i).sample())
                .iterator();
        Screen screen = Screen.of(spec.commandLine().getOut());
        Acceptance.Plan plan = new Acceptance.Plan(
                student, Policies.of(Policies.DFND, rate, 1), trainingSpec(total), total, rateLimit, timeLimit);
        try (GatewayClient client = GatewayClient.connect(
                gateway.substring(0, colon),
                Integer.parseInt(gateway.substring(colon + 1)),
                System.getenv("WILDSTREAM_TOKEN"))) {
            Acceptance.Outcome outcome = new Acceptance(client, plan, screen).run(fed, kafka);
            AcceptanceText.lines(outcome).forEach(screen::say);
            return outcome.proof().holds() && outcome.proof().ingested() == total ? 0 : ExitStatus.UNSOUND;
        } catch (IllegalArgumentException e) {
            throw new ArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    private void requireOptions() {
        Require.that(spec, gateway.matches(".+:\\d{1,5}"), "--gateway", gateway, "HOST:PORT");
        Require.that(spec, kafka.matches(".+:\\d{1,5}"), "--kafka", kafka, "HOST:PORT");
        Require.that(spec, samples > 0, "--samples", samples, "at least 1");
        Require.that(spec, rate > 0 && rate <= 1, "--rate", rate, "a number in (0, 1]");
        Require.that(spec, rateLimit > 0, "--rate-limit", rateLimit, "above 0");
        long least = (long) Math.ceil(2 * rate * samples / BATCH);
        Require.that(spec, steps >= least, "--steps", steps, "at least " + least + ", twice the kept samples' batches");
    }

    private TrainingSpec trainingSpec(int total) {
        double ratio = RehearsalRatio.of(Math.max(1, rate * total), BATCH, steps);
        return TrainingSpec.newBuilder()
                .setStudentModel(model)
                .setSeed(1)
                .addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.getDefaultInstance()))
                .setSgd(SgdSpec.newBuilder().setLearningRate(0.01))
                .setBatchSize(BATCH)
                .setMaxSteps(steps)
                .setReplay(ReplaySpec.newBuilder().setRatio(ratio))
                .build();
    }
}
