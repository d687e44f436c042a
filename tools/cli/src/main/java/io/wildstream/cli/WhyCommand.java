// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import com.google.protobuf.util.JsonFormat;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.LearnedSamples;
import io.wildstream.cluster.ClusterState;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.ExplainStudentRequest;
import io.wildstream.contracts.v1.SkipRule;
import io.wildstream.contracts.v1.StudentExplanation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
final class WhyCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    Wildstream root;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(paramLabel = "STUDENT", description = "Id of the student.")
    String student = "";

    @Option(names = "--step", paramLabel = "N", description = "Step of an earlier checkpoint (default: the newest).")
    @Nullable Long step;

    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Option(names = "--samples", paramLabel = "FILE", description = "Writes every sample that it learned, as CSV.")
    @Nullable Path samples;

    @Override
    public Integer call() throws IOException {
        ClusterState state = Running.require(root.home());
        ExplainStudentRequest.Builder request =
                ExplainStudentRequest.newBuilder().setStudent(student);
        if (step != null) {
            request.setStep(step);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (GatewayClient gateway = Running.connect(state)) {
            StudentExplanation why = gateway.explain(request.build());
            if (json) {
                out.println(JsonFormat.printer().print(why));
            } else {
                print(out, why);
            }
            if (samples != null) {
                long written = new LearnedSamples(state.bootstrapServers(), new Topics(state.topicPrefix()))
                        .write(why.getCheckpoint(), samples);
                out.println(text("%-12s%,d learned samples in %s", "samples", written, samples));
            }
        }
        out.flush();
        return 0;
    }

    private static void print(PrintWriter out, StudentExplanation why) {
        CheckpointManifest checkpoint = why.getCheckpoint();
        out.println(text(
                "%-12s%s, step %,d, weights %s",
                "student", checkpoint.getStudent(), checkpoint.getStep(), checkpoint.getWeightsSha256()));
        out.println(text(
                "%-12s%s, offsets %,d to %,d: %,d learned, %,d skipped, %,d refused",
                "curriculum",
                checkpoint.getCurriculum(),
                Math.max(0, why.getStartOffset()),
                checkpoint.getNextOffset() - 1,
                why.getLearned(),
                why.getSkipped(),
                why.getRefused()));
        why.getSpecsList()
                .forEach(spec -> out.println(text(
                        "%-12sgeneration %d at offset %,d: seed %d, %s",
                        "spec",
                        spec.getGeneration(),
                        spec.getOffset(),
                        spec.getSpec().getSeed(),
                        spec.getSpec().getStudentModel())));
        checkpoint.getSkipsList().forEach(rule -> out.println(text("%-12s%s", "skips", describe(rule))));
        why.getTeachersMap()
                .forEach((digest, count) -> out.println(text("%-12s%s: %,d samples", "teacher", digest, count)));
        why.getSelectionsList()
                .forEach(policy -> out.println(text(
                        "%-12sgeneration %d: %,d samples, thresholds %.4g to %.4g, largest noise value %.4g",
                        "policy",
                        policy.getPolicyGeneration(),
                        policy.getSamples(),
                        policy.getMinThreshold(),
                        policy.getMaxThreshold(),
                        policy.getMaxNoiseValue())));
        sources(out, why);
        labels(out, why);
    }

    private static void sources(PrintWriter out, StudentExplanation why) {
        out.println();
        out.println(text(
                "%-28s %10s %8s %11s %11s  %s", "source", "learned", "skipped", "mean noise", "max noise", "offsets"));
        why.getSourcesList()
                .forEach(source -> out.println(text(
                        "%-28s %,10d %,8d %11.4g %11.4g  %,d-%,d",
                        DlqCommand.printable(source.getSource().isEmpty() ? "(others)" : source.getSource()),
                        source.getLearned(),
                        source.getSkipped(),
                        source.getMeanNoiseValue(),
                        source.getMaxNoiseValue(),
                        source.getFirstOffset(),
                        source.getLastOffset())));
    }

    private static void labels(PrintWriter out, StudentExplanation why) {
        out.println();
        out.println(text("%-28s %10s %11s  %s", "pseudo-label", "learned", "max noise", "thresholds"));
        why.getPseudoLabelsList()
                .forEach(label -> out.println(text(
                        "%-28d %,10d %11.4g  %.4g to %.4g",
                        label.getPseudoLabel(),
                        label.getLearned(),
                        label.getMaxNoiseValue(),
                        label.getMinThreshold(),
                        label.getMaxThreshold())));
    }

    private static String describe(SkipRule rule) {
        StringBuilder text = new StringBuilder(text("from step %,d on:", rule.getFromStep()));
        rule.getOffsetsList().forEach(range -> text.append(text(" offsets %d-%d", range.getFirst(), range.getLast())));
        rule.getSourcesList().forEach(source -> text.append(" source ").append(DlqCommand.printable(source)));
        return text.toString();
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
