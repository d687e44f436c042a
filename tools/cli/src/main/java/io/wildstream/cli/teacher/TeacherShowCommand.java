// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.teacher;

import io.wildstream.cli.session.JsonOption;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.text.TeacherText;
import io.wildstream.contracts.v1.Teacher;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        json.check();
        try (GatewayClient gateway = parent.root.gateway()) {
            Teacher teacher = gateway.teacher();
            json.show(teacher, () -> TeacherText.lines(teacher));
        }
        return 0;
    }
}
