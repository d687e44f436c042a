package io.wildstream.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.local.client.GatewayClient;
import io.wildstream.local.cluster.ClusterState;
import io.wildstream.local.cluster.Home;
import io.wildstream.local.command.Wildstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole demo by real processes, with a trainer that is killed in the middle. */
class ClusterIT {

    private static final Duration LONG = Duration.ofMinutes(4);

    @TempDir
    Path directory;

    @Test
    void countsHoldAndWeightsAreThoseOfAReplayAfterATrainerWasKilled() throws IOException {
        // Given
        Home home = new Home(directory.resolve("home with spaces"));
        Path report = directory.resolve("report");
        CompletableFuture<Integer> demo = CompletableFuture.supplyAsync(() -> Wildstream.execute(new String[] {
            "demo",
            "--home=" + home.directory(),
            "--report=" + report,
            "--samples=2000",
            "--curricula=dfnd,random",
            "--rate=0.4",
            "--teacher=lenet5",
            "--teacher-epochs=1",
            "--student=lenet5",
            "--batch=32",
            "--steps=150",
            "--rate-limit=150",
            "--verify",
            "--time-limit=5m"
        }));

        // When
        long killed = killTrainerInTheMiddle(home, "dfnd", demo);
        int status = demo.join();

        // Then
        assertThat(status).isZero();
        JsonNode result =
                new ObjectMapper().readTree(report.resolve("report.json").toFile());
        assertThat(result.at("/counts/ingested").asLong()).isEqualTo(2000);
        assertThat(result.at("/counts/ingested").asLong())
                .isEqualTo(result.at("/counts/teacher_outputs").asLong()
                        + result.at("/counts/dead_letters").asLong());
        for (String name : List.of("dfnd", "random")) {
            JsonNode curriculum = result.at("/curricula/" + name);
            JsonNode student = result.at("/students/" + name);
            assertThat(curriculum.get("kept").asLong()
                            + curriculum.get("not_kept").asLong())
                    .isEqualTo(result.at("/counts/teacher_outputs").asLong());
            assertThat(student.get("trained").asLong())
                    .isEqualTo(curriculum.get("kept").asLong());
            assertThat(student.get("steps").asLong()).isEqualTo(150);
            assertThat(student.get("replayed_weights_sha256").asText())
                    .isEqualTo(student.get("weights_sha256").asText())
                    .hasSize(64);
            assertThat(report.resolve(name + ".pt")).isNotEmptyFile();
        }
        assertThat(result.at("/restarts/trainer-dfnd").asInt()).isEqualTo(1);
        assertThat(result.at("/cpu_seconds/trainer-dfnd").asDouble()).isPositive();
        assertThat(ProcessHandle.of(killed)).isEmpty();
        assertThat(pictures(report)).contains("accuracy.png", "noise-matrix-dfnd.png", "samples-dfnd.png");
        assertThat(home.stateFile()).doesNotExist();
        assertThat(home.runs()).isEmptyDirectory();
    }

    /** Kills it with SIGKILL when it has made steps and has a committed checkpoint or not, as it happens; returns its process id. */
    private static long killTrainerInTheMiddle(Home home, String student, CompletableFuture<Integer> demo) {
        ClusterState state = await().atMost(LONG)
                .until(
                        () -> ClusterState.read(home.stateFile())
                                .filter(ClusterState::ready)
                                .orElse(null),
                        found -> found != null || demo.isDone());
        assertThat(state).as("the demo is under way").isNotNull();
        try (GatewayClient gateway = GatewayClient.connect(state.gatewayPort())) {
            await().atMost(LONG)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> demo.isDone() || step(gateway, student) >= 20);
        }
        long pid = state.processes().stream()
                .filter(process -> process.name().equals("trainer-" + student))
                .findFirst()
                .orElseThrow()
                .pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        return pid;
    }

    private static long step(GatewayClient gateway, String student) {
        return gateway.status().getStudentsList().stream()
                .filter(status -> status.getStudent().equals(student))
                .mapToLong(StudentStatus::getStep)
                .findFirst()
                .orElse(0);
    }

    private static List<String> pictures(Path report) throws IOException {
        try (Stream<Path> files = Files.list(report)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
