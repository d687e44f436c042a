// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.wildstream.client.GatewayClient;
import io.wildstream.contracts.v1.Teacher;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wildstream teacher show}: what was asked for and what answers. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows which teacher was asked for, what each live instance answers with, and what is wrong.")
final class TeacherShowCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    TeacherCommand parent;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Override
    public Integer call() throws InvalidProtocolBufferException {
        PrintWriter out = spec.commandLine().getOut();
        try (GatewayClient gateway = Running.connect(Running.require(parent.root.home()))) {
            Teacher teacher = gateway.teacher();
            if (json) {
                out.println(JsonFormat.printer().print(teacher));
                out.flush();
            } else {
                TeacherCommand.print(out, teacher);
            }
        }
        return 0;
    }
}
