// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.cli.lab.DemoCommand;
import io.wildstream.client.GatewayClient;
import io.wildstream.client.TopicScan;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.Home;
import io.wildstream.contracts.LossSpecs;
import io.wildstream.contracts.testkit.UsesCluster;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.Condensation;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.CondensationState;
import io.wildstream.contracts.v1.CurriculumImages;
import io.wildstream.contracts.v1.CurriculumStatus;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.contracts.v1.Teacher;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TeacherSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.ModelDescription;
import io.wildstream.lab.chaos.Gate;
import io.wildstream.lab.chaos.GatedSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A whole demo by real processes, with a teacher that is loaded again, a student that is taken through every method and a process of each
 * stage that is killed on the way. The test opens the stream piece by piece, so that it ends when the test has seen everything, however long that takes.
 */
@UsesCluster
class ClusterIT {

    private static final Duration LONG = Waits.OF_A_CLUSTER;
    private static final Pattern LOG_LINE = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} \\[.+] (TRACE|DEBUG|INFO|WARN|ERROR|FATAL) \\S+ - .*");
    private static final int SAMPLES = 3000;
    /** Samples that the feeder sends by one call: pieces of the stream are a multiple of it. */
    private static final int CALL = 100;
    /** What is killed after which of the methods. */
    private static final Map<Integer, String> KILLS = Map.of(2, "teacher", 5, "selector", 8, "trainer-dfnd");

    private long opened = 5 * CALL;
    private final Gate gate = new Gate(opened);

    @TempDir
    Path directory;

    @Test
    void countsHoldAndWeightsAreThoseOfAReplayAfterEveryMethodAndKilledStages() throws IOException {
        // Given
        Home home = new Home(directory.resolve("home with spaces"));
        Path report = directory.resolve("report");
        CommandLine commandLine = Wildstream.commandLine();
        DemoCommand command = commandLine.getSubcommands().get("demo").getCommand();
        command.feeding(mixture -> new GatedSamples(mixture, gate));
        CompletableFuture<Integer> demo = CompletableFuture.supplyAsync(() -> commandLine.execute(
                "demo",
                "--home=" + home.directory(),
                "--report=" + report,
                "--samples=" + SAMPLES,
                "--curricula=dfnd,random",
                "--rate=0.4",
                "--teacher=lenet5",
                "--teacher-epochs=1",
                "--student=lenet5",
                "--batch=32",
                "--steps=150",
                "--rate-limit=" + CALL,
                "--condenser",
                "--verify",
                "--time-limit=30m"));

        // When
        List<Long> killed;
        int status;
        try {
            killed = throughEveryMethod(home, "dfnd", demo);
        } finally {
            gate.open(SAMPLES);
            status = demo.join();
        }

        // Then
        assertThat(status).isZero();
        JsonNode result =
                new ObjectMapper().readTree(report.resolve("report.json").toFile());
        assertThat(result.at("/counts/ingested").asLong()).isEqualTo(SAMPLES);
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
            ModelDescription model = ModelDescription.read(report.resolve(name));
            assertThat(model.classes()).hasSize(10).isEqualTo(names(result.at("/data/classes")));
            assertThat(model.accuracy()).isEqualTo(student.get("accuracy").asDouble());
            assertThat(model.distillation().agreement())
                    .isEqualTo(student.get("agreement").asDouble());
        }
        assertThat(result.get("restarts").properties()).hasSize(KILLS.size()).allSatisfy(restarts -> {
            assertThat(KILLS).containsValue(restarts.getKey());
            assertThat(restarts.getValue().asInt()).isEqualTo(1);
        });
        assertThat(result.at("/cpu_seconds/trainer-dfnd").asDouble()).isPositive();
        assertThat(killed)
                .hasSize(KILLS.size())
                .allSatisfy(pid -> assertThat(ProcessHandle.of(pid)).isEmpty());
        assertThat(pictures(report)).contains("accuracy.png", "noise-matrix-dfnd.png", "samples-dfnd.png");
        assertThat(home.stateFile()).doesNotExist();
        assertThat(home.runs()).isEmptyDirectory();
        hasOneLogFormat(home.logs());
    }

    /** Also of processes that were killed and started again. */
    private static void hasOneLogFormat(Path logs) throws IOException {
        try (Stream<Path> files = Files.list(logs)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".log")).toList()) {
                List<String> lines = Files.readAllLines(file);
                assertThat(lines.stream().filter(line -> line.matches("\\d.*")))
                        .as("%s", file)
                        .isNotEmpty()
                        .allSatisfy(line -> assertThat(line).matches(LOG_LINE))
                        .noneMatch(line -> line.contains("Unrecognized configuration key"));
            }
        }
    }

    private static List<String> names(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /**
     * Changes the student's spec by gRPC to each method in turn, and kills a process of each stage with SIGKILL on the way; whether the
     * newest steps are in a checkpoint then is as it happens. Returns the process ids of what was killed.
     */
    private List<Long> throughEveryMethod(Home home, String student, CompletableFuture<Integer> demo) {
        ClusterState state = await().atMost(LONG)
                .until(
                        () -> ClusterState.read(home.stateFile())
                                .filter(ClusterState::ready)
                                .orElse(null),
                        found -> found != null || demo.isDone());
        assertThat(state).as("the demo is under way").isNotNull();
        List<Long> killed = new ArrayList<>();
        try (GatewayClient gateway = GatewayClient.connect(state.gatewayPort())) {
            await().atMost(LONG)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> demo.isDone() || status(gateway, student).getStep() >= 3);
            setTeacher(home, state, gateway);
            TrainingSpec spec = gateway.students().stream()
                    .filter(candidate -> candidate.getStudent().equals(student))
                    .findFirst()
                    .orElseThrow()
                    .getSpec();
            List<String> names = new ArrayList<>(LossSpecs.names());
            Collections.rotate(names, -1); // the last one is dfnd, whose matrix the report draws
            for (int i = 0; i < names.size(); i++) {
                long before = kept(gateway, student);
                long generation = gateway.updateTrainingSpec(student, with(spec, names.get(i)))
                        .getSpec()
                        .getGeneration();
                feedCallsMore(1);
                if (KILLS.containsKey(i)) {
                    killed.add(kill(state, KILLS.get(i)));
                }
                await().atMost(LONG)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> demo.isDone() || kept(gateway, student) >= before + 5);
                awaitSpec(gateway, student, generation, demo);
            }
            long generation = gateway.updateTrainingSpec(student, rehearsing(spec, condensed(gateway, student)))
                    .getSpec()
                    .getGeneration();
            awaitSpec(gateway, student, generation, demo);
            feedCallsMore(3); // some batches, whatever the rule keeps
            await().atMost(LONG)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> demo.isDone() || status(gateway, student).containsLosses("rehearsal"));
            assertThat(demo).as("the stream outlasts the methods").isNotDone();
            assertThat(opened).isLessThan(SAMPLES);
        }
        return killed;
    }

    private static long kill(ClusterState state, String name) {
        long pid = state.processes().stream()
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow()
                .pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        return pid;
    }

    private void feedCallsMore(int calls) {
        opened += (long) calls * CALL;
        gate.open(opened);
    }

    private static void awaitSpec(
            GatewayClient gateway, String student, long generation, CompletableFuture<Integer> demo) {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> demo.isDone() || status(gateway, student).getSpecGeneration() >= generation);
    }

    /** Asks for a teacher that there is not, which changes nothing, and by the command line for the one that there is, which is loaded again. */
    private void setTeacher(Home home, ClusterState state, GatewayClient gateway) {
        assertThatThrownBy(() -> gateway.setTeacher(
                        TeacherSpec.newBuilder().setModel("absent").build()))
                .hasMessageContaining("FAILED_PRECONDITION")
                .hasMessageContaining("teacher-0 refused model 'absent'");
        Teacher before = await().atMost(LONG)
                .pollInterval(Duration.ofMillis(50))
                .until(gateway::teacher, teacher -> teacher.getAnswering() == 1);
        assertThat(before.getGeneration()).isEqualTo(2);
        String model = before.getInstances(0).getTeacher().getName();
        assertThat(Wildstream.execute(new String[] {"teacher", "set", model, "--home=" + home.directory()}))
                .isZero();
        Teacher now = gateway.teacher();
        assertThat(now.getSpec().getModel()).isEqualTo(model);
        assertThat(now.getGeneration()).isEqualTo(3);
        assertThat(now.getAnswering()).isEqualTo(1);
        assertThat(now.getProblemsList()).isEmpty();
        feedCallsMore(1);
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> generations(state), generations -> generations.contains(3L));
        assertThat(generations(state)).contains(0L).doesNotContain(1L);
    }

    /** Generations of the teachers that made the outputs so far. */
    private static Set<Long> generations(ClusterState state) {
        Set<Long> generations = new TreeSet<>();
        try (TopicScan scan = new TopicScan(state.kafka())) {
            scan.forEach(state.topics().teacherOutputs(), record -> {
                try {
                    generations.add(
                            TeacherOutput.parseFrom(record.value()).getTeacher().getGeneration());
                } catch (InvalidProtocolBufferException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        return generations;
    }

    /** Condenses what a curriculum holds and gives the result's name. */
    private static String condensed(GatewayClient gateway, String curriculum) {
        CondensationSpec wanted = CondensationSpec.newBuilder()
                .setCurriculum(CurriculumImages.newBuilder().setCurriculum(curriculum))
                .setArchitecture("lenet5-1x28-10")
                .setBatchSize(32)
                .setIterations(5)
                .build();
        Condensation asked = gateway.condense("few", wanted);
        assertThat(asked.getSpec().getCurriculum().getUntilOffset()).isPositive();
        Condensation ended = await().atMost(LONG)
                .until(
                        () -> gateway.condensation("few"),
                        now -> Set.of(
                                        CondensationState.CONDENSATION_STATE_FINISHED,
                                        CondensationState.CONDENSATION_STATE_FAILED)
                                .contains(now.getStatus().getState()));
        assertThat(ended.getStatus().getProblem()).isEmpty();
        assertThat(ended.getStatus().getDigest()).hasSize(64);
        return "few";
    }

    private static TrainingSpec rehearsing(TrainingSpec spec, String condensed) {
        return spec.toBuilder()
                .setReplay(spec.getReplay().toBuilder().setRatio(1).setCondensed(condensed))
                .build();
    }

    private static TrainingSpec with(TrainingSpec spec, String method) {
        LossTerm term = Objects.requireNonNull(LossSpecs.named(method));
        return spec.toBuilder()
                .clearTerms()
                .addTerms(term.hasDfnd() ? spec.getTerms(0) : term)
                .setSgd(spec.getSgd().toBuilder().setMaxGradientNorm(1))
                .build();
    }

    /** Records of the curriculum of the student's name. */
    private static long kept(GatewayClient gateway, String curriculum) {
        return gateway.status().getCurriculaList().stream()
                .filter(status -> status.getName().equals(curriculum))
                .mapToLong(CurriculumStatus::getRecords)
                .findFirst()
                .orElse(0);
    }

    private static StudentStatus status(GatewayClient gateway, String student) {
        return gateway.status().getStudentsList().stream()
                .filter(status -> status.getStudent().equals(student))
                .findFirst()
                .orElse(StudentStatus.getDefaultInstance());
    }

    private static List<String> pictures(Path report) throws IOException {
        try (Stream<Path> files = Files.list(report)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
