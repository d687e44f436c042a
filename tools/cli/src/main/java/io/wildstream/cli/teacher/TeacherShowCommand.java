// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.teacher;

import io.wildstream.cli.session.Output;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.text.TeacherText;
import io.wildstream.contracts.v1.Teacher;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream teacher show}: the requested teacher and the ones in use. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows the requested teacher, the one that each live instance uses, and what is wrong.")
public final class TeacherShowCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    TeacherCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Override
    public Integer call() {
        Output out = new Output(spec);
        try (GatewayClient gateway = parent.root.gateway()) {
            Teacher teacher = gateway.teacher();
            if (json) {
                out.json(teacher);
            } else {
                out.lines(TeacherText.lines(teacher));
            }
        }
        return 0;
    }
}
