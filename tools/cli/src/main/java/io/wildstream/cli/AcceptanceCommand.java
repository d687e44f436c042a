// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.client.GatewayClient;
import io.wildstream.client.Policies;
import io.wildstream.client.proof.StreamProof;
import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.lab.demo.Acceptance;
import io.wildstream.lab.terminal.Screen;
import io.wildstream.lab.workload.RehearsalRatio;
import io.wildstream.lab.workload.WorkloadData;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
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
            "Sends built-in images through a cluster that runs elsewhere, in containers say, trains one student and"
                    + " proves from",
            "the committed records that no sample was lost or learned twice. The stream ends with that: the topics"
                    + " must be new,",
            "and the selectors need wildstream.selector.publish-rejected=true. The token is read from WILDSTREAM_TOKEN."
        })
final class AcceptanceCommand implements Callable<Integer> {

    private static final int BATCH = 32;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

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
            converter = Options.Time.class,
            defaultValue = "10m",
            description = "Time after which it is given up, such as 90s or 10m (default: ${DEFAULT-VALUE}).")
    Duration timeLimit = Duration.ofMinutes(10);

    @Override
    public Integer call() throws InterruptedException {
        requireOptions();
        var unused = root.home();
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
            report(screen, outcome);
            return outcome.proof().holds() && outcome.proof().ingested() == total ? 0 : Wildstream.UNSOUND;
        } catch (IllegalArgumentException e) {
            throw new ClusterException(String.valueOf(e.getMessage()), e);
        }
    }

    private void requireOptions() {
        Options.require(spec, gateway.matches(".+:\\d{1,5}"), "--gateway", gateway, "HOST:PORT");
        Options.require(spec, kafka.matches(".+:\\d{1,5}"), "--kafka", kafka, "HOST:PORT");
        Options.require(spec, samples > 0, "--samples", samples, "at least 1");
        Options.require(spec, rate > 0 && rate <= 1, "--rate", rate, "a number in (0, 1]");
        Options.require(spec, rateLimit > 0, "--rate-limit", rateLimit, "above 0");
        long least = (long) Math.ceil(2 * rate * samples / BATCH);
        Options.require(
                spec, steps >= least, "--steps", steps, "at least " + least + ", twice the kept samples' batches");
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

    private void report(Screen screen, Acceptance.Outcome outcome) {
        StreamProof proof = outcome.proof();
        screen.say(String.format(
                Locale.ROOT,
                "samples     %,d stored, %,d different; %,d dead letters",
                proof.ingested(),
                proof.distinct(),
                proof.deadLetters()));
        screen.say(String.format(
                Locale.ROOT,
                "teacher     %,d answered, %d missing, %d repeated, %d strays",
                proof.outputs().answered(),
                proof.outputs().missing(),
                proof.outputs().repeated(),
                proof.outputs().strays()));
        proof.curricula()
                .forEach((name, found) -> screen.say(String.format(
                        Locale.ROOT,
                        "curriculum  %s: %,d kept, %d repeated; %,d decided, %d missing, %d repeated",
                        name,
                        found.kept(),
                        found.repeated(),
                        found.decisions().answered(),
                        found.decisions().missing(),
                        found.decisions().repeated())));
        proof.students()
                .forEach((name, found) -> screen.say(String.format(
                        Locale.ROOT,
                        "student     %s: %,d of %,d learned, %d missing, %d repeated; %,d steps, %d checkpoints,"
                                + " weights %s",
                        name,
                        found.trained(),
                        found.expected(),
                        found.missing(),
                        found.repeated(),
                        found.steps(),
                        found.checkpoints(),
                        found.weightsSha256().isEmpty()
                                ? "none"
                                : found.weightsSha256().substring(0, 12))));
        outcome.status()
                .getStudentsList()
                .forEach(status -> screen.say(String.format(
                        Locale.ROOT,
                        "agreement   %s: %.1f %% with the teacher",
                        status.getStudent(),
                        100 * status.getAgreement())));
        screen.say("proof       " + (proof.holds() ? "holds" : "does not hold"));
    }
}
