// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.teacher;

import io.wildstream.cli.session.Output;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.text.TeacherText;
import io.wildstream.contracts.v1.TeacherSpec;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream teacher set}: another teacher while the stream runs. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        description = {
            "Sets the teacher while the stream runs: each instance loads the model beside the one that "
                    + "answers and swaps between batches.",
            "The same model is loaded again. When an instance refuses it, the previous teacher is set again, "
                    + "and the reason is shown."
        })
public final class TeacherSetCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    TeacherCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(
            paramLabel = "MODEL",
            description = "Name of a model directory where the teachers look for models; '' for the configured one.")
    String model = "";

    @Option(
            names = "--omit-features",
            description =
                    "Outputs carry the norm of the features only: enough where no student's terms compare features.")
    boolean omitFeatures;

    @Override
    public Integer call() {
        TeacherSpec wanted = TeacherSpec.newBuilder()
                .setModel(model)
                .setOmitFeatures(omitFeatures)
                .build();
        try (GatewayClient gateway = parent.root.gateway()) {
            new Output(spec).lines(TeacherText.lines(gateway.setTeacher(wanted)));
        }
        return 0;
    }
}
