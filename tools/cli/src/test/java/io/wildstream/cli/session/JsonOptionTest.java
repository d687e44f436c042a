// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

class JsonOptionTest {

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final Show show = new Show();

    /** A command with a result and an argument. */
    @Command(name = "show")
    static final class Show implements Runnable {

        @Mixin
        JsonOption json = new JsonOption();

        @Parameters(arity = "0..1")
        @Nullable String name;

        private boolean written;

        @Override
        public void run() {
            json.check();
            if (written) {
                json.showWritten(Map.of("steps", 7), () -> List.of("7 steps"));
            } else {
                json.show(Map.of("steps", 7), () -> List.of("7 steps"));
            }
        }
    }

    @Test
    void withoutItAResultIsText() {
        assertThat(run("anna")).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("7 steps");
    }

    @Test
    void aloneItTakesThePlaceOfTheTextWhateverComesBehindIt() {
        assertThat(run("--json", "anna")).isZero();
        assertThat(show.name).isEqualTo("anna");
        assertThat(out.toString()).contains("\"steps\" : 7").doesNotContain("7 steps");
    }

    @Test
    void aloneItMayStandAtTheEnd() {
        assertThat(run("anna", "--json")).isZero();
        assertThat(out.toString()).contains("\"steps\" : 7");
    }

    @Test
    void withAFileItWritesBesideTheText() throws IOException {
        // Given
        Path file = directory.resolve("new/result");

        // When
        int status = run("--json=" + file, "anna");

        // Then
        assertThat(status).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("7 steps");
        assertThat(Files.readString(file)).contains("\"steps\" : 7");
    }

    @Test
    void aFileThatIsWrittenAlreadyIsLeftAlone() {
        // Given
        Path file = directory.resolve("result.json");
        show.written = true;

        // When
        int beside = run("--json=" + file);
        String text = out.toString();
        int inPlace = run("--json");

        // Then
        assertThat(beside).isZero();
        assertThat(inPlace).isZero();
        assertThat(text).isEqualToIgnoringNewLines("7 steps");
        assertThat(out.toString().substring(text.length()))
                .contains("\"steps\" : 7")
                .doesNotContain("7 steps");
        assertThat(file).doesNotExist();
    }

    /** As some commands took it before. */
    @Test
    void aFileMayStandBehindASpaceWhenItsNameSaysWhatItIs() {
        // Given
        Path file = directory.resolve("result.json");

        // When
        int status = run("--json", file.toString());

        // Then
        assertThat(status).isZero();
        assertThat(show.name).isNull();
        assertThat(file).isNotEmptyFile();
    }

    private int run(String... arguments) {
        return new CommandLine(show).setOut(new PrintWriter(out)).execute(arguments);
    }
}
