// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class DetachedLauncherTest {

    @TempDir
    Path directory;

    /** A launcher that writes a state, prints that it is ready, and stays when its first argument says so. */
    public static final class Launcher {

        private Launcher() {}

        /** Arguments: the home; {@code ready}, {@code training} for neither ready nor ended, or an exit status. */
        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("teacher     trained");
            if (arguments[1].equals("training")) {
                Thread.currentThread().join(300_000);
            }
            if (!arguments[1].equals("ready")) {
                System.exit(Integer.parseInt(arguments[1]));
            }
            new ClusterState(
                            "up",
                            ClusterState.ProcessId.of("launcher", ProcessHandle.current()),
                            true,
                            Map.of("gateway", 9750, "broker", 9751),
                            "wildstream",
                            "data",
                            List.of(),
                            List.of())
                    .write(new Home(Path.of(arguments[0])).stateFile());
            System.out.println(DetachedLauncher.READY_LINE + "; gateway here");
            Thread.currentThread().join(300_000);
        }
    }

    @Test
    void returnsWhenTheClusterIsReadyAndLeavesTheLauncherThere() throws InterruptedException {
        // Given
        Home home = new Home(directory);
        List<String> shown = new ArrayList<>();

        // When
        int status = new DetachedLauncher(home)
                .run(Launcher.class.getName(), List.of(directory.toString(), "ready"), shown::add, stop -> {});

        // Then
        ProcessHandle launcher = ClusterState.read(home.stateFile())
                .orElseThrow()
                .launcher()
                .find()
                .orElseThrow();
        launcher.destroyForcibly();
        assertThat(status).isZero();
        assertThat(shown).containsExactly("teacher     trained", "cluster     ready; gateway here");
    }

    @Test
    void hasTheStatusOfALauncherThatFails() throws InterruptedException {
        // Given
        List<String> shown = new ArrayList<>();
        DetachedLauncher launcher = new DetachedLauncher(new Home(directory));

        // When
        int failed = launcher.run(Launcher.class.getName(), List.of(directory.toString(), "7"), shown::add, stop -> {});
        int ended = launcher.run(Launcher.class.getName(), List.of(directory.toString(), "0"), shown::add, stop -> {});

        // Then
        assertThat(failed).isEqualTo(7);
        assertThat(ended).isEqualTo(1);
        assertThat(shown).containsExactly("teacher     trained", "teacher     trained");
    }

    @Test
    void stopsTheLauncherWhenThisProgramIsStoppedBeforeItIsReady() throws InterruptedException {
        // Given
        List<Runnable> stop = new CopyOnWriteArrayList<>();
        DetachedLauncher launcher = new DetachedLauncher(new Home(directory));
        Consumer<String> stopWhenItTrains = line -> stop.forEach(Runnable::run);

        // When
        int status = launcher.run(
                Launcher.class.getName(), List.of(directory.toString(), "training"), stopWhenItTrains, stop::add);

        // Then
        assertThat(stop).hasSize(1);
        assertThat(status).isEqualTo(143);
    }

    @Test
    void refusesAHomeThatIsInUse() {
        // Given
        Home home = new Home(directory);
        try (Home.Lock lock = home.lock()) {
            // When // Then
            assertThatThrownBy(() -> new DetachedLauncher(home).run("Main", List.of(), line -> {}, stop -> {}))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("another cluster runs in " + home.directory());
        }
    }

    @Test
    void handsItsOwnJavaOptionsOnButForTheTerminal() {
        // Given // When
        List<String> command = DetachedLauncher.command("io.wildstream.cli.Main", List.of("up", "--foreground"));

        // Then
        assertThat(command)
                .endsWith("io.wildstream.cli.Main", "up", "--foreground")
                .contains("-cp", System.getProperty("java.class.path"))
                .noneMatch(argument -> argument.startsWith("-Dwildstream.terminal"));
    }
}
