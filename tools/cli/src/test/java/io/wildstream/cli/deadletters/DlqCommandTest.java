// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.cli.CommandRun;
import io.wildstream.cli.options.Offsets;
import io.wildstream.contracts.Topics.Stage;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DlqCommandTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"y,true", "YES,true", "n,false", "'',false", "yy,false"})
    void sendsOnlyWhenToldTo(String answer, boolean confirmed) throws Exception {
        PrintWriter out = new PrintWriter(new StringWriter());
        ByteArrayInputStream in = new ByteArrayInputStream((answer + "\n").getBytes(UTF_8));

        assertThat(DlqResendCommand.confirmed(out, in)).isEqualTo(confirmed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "7-3", "1-2-3", "-1"})
    void refusesARangeThatIsNone(String range) {
        CommandRun run = CommandRun.of("dlq", "resend", "teacher", "--offset=" + range);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("is not a range of offsets, for example 3-7 or 12");
    }

    @Test
    void saysWhichCommandIsMissingAndWhenNoClusterRuns() {
        // When
        CommandRun missing = CommandRun.of("dlq");
        CommandRun unknown = CommandRun.of("dlq", "show", "gateway", "1");
        CommandRun without = CommandRun.of("dlq", "list", "--home", directory.toString());

        // Then
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err()).contains("Missing command: list, show or resend");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(without.status()).isEqualTo(1);
        assertThat(without.err()).contains("no cluster runs in " + directory);
    }

    @ParameterizedTest
    @CsvSource({"--last=0,at least 1", "--reason=malformed,given with --last"})
    void listsOnlyWhatCanBeListed(String option, String problem) {
        // When
        CommandRun run = CommandRun.of("dlq", "list", option);

        // Then
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resend", "replay"})
    void resendsUnderItsNameAndItsFormerOne(String name) {
        // When
        Object parsed = CommandRun.parseNested("dlq", name, "teacher", "--again", "--offset=3-7", "--yes");

        // Then
        assertThat(parsed).isInstanceOfSatisfying(DlqResendCommand.class, command -> {
            assertThat(command.stage).isEqualTo(Stage.TEACHER);
            assertThat(command.range).isEqualTo(new Offsets(3, 7));
            assertThat(command.again).isTrue();
        });
    }
}
