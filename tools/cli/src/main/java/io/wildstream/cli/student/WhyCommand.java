// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.student;

import io.wildstream.cli.options.Require;
import io.wildstream.cli.session.HomeOptions;
import io.wildstream.cli.session.JsonOption;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.LearnedSamples;
import io.wildstream.client.text.ExplanationText;
import io.wildstream.cluster.ClusterState;
import io.wildstream.contracts.v1.ExplainStudentRequest;
import io.wildstream.contracts.v1.StudentExplanation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream why}: which samples, sources and thresholds made a student what it is. */
@Command(
        name = "why",
        mixinStandardHelpOptions = true,
        description =
                "Shows what made a student what it is: sources, pseudo-labels, thresholds, teachers and specs, read back from its"
                        + " curriculum.")
public final class WhyCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    HomeOptions root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(paramLabel = "STUDENT", description = "Id of the student.")
    String student = "";

    @Option(names = "--step", paramLabel = "N", description = "Step of an earlier checkpoint (default: the newest).")
    @Nullable Long step;

    @Mixin
    JsonOption json = new JsonOption();

    @Option(
            names = "--samples",
            paramLabel = "FILE",
            description = "Writes every sample that it learned, as CSV (default: none).")
    @Nullable Path samples;

    @Override
    public Integer call() throws IOException {
        json.check();
        if (samples != null) {
            Require.writable(spec, "--samples", samples);
        }
        ClusterState state = root.cluster();
        ExplainStudentRequest.Builder request =
                ExplainStudentRequest.newBuilder().setStudent(student);
        if (step != null) {
            request.setStep(step);
        }
        try (GatewayClient gateway = root.gateway(state)) {
            StudentExplanation why = gateway.explain(request.build());
            json.show(why, () -> ExplanationText.lines(why));
            if (samples != null) {
                long written = new LearnedSamples(state.kafka(), state.topics()).write(why.getCheckpoint(), samples);
                json.screen()
                        .say(String.format(Locale.ROOT, "%-12s%,d learned samples in %s", "samples", written, samples));
            }
        }
        return 0;
    }
}
