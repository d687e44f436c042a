// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesCluster;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.SelectedSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trainer processes as they are shipped: how long a killed one takes until it learns on, and how one ends that was taken over. */
@UsesCluster
class TrainerProcessIT {

    private static final Logger LOGGER = LoggerFactory.getLogger(TrainerProcessIT.class);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** What a loaded machine may take; 10 s is the aim on one that does nothing else. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Pattern RESUMING = Pattern.compile("resuming student=anna step=(\\d+)");
    private static final Pattern FIRST_STEP = Pattern.compile("first step student=anna millis_since_start=(\\d+)");

    @TempDir
    Path directory;

    private final TestCurriculum curriculum = new TestCurriculum(TrainerProcessIT.class);

    @Test
    void aResNet20LearnsOnWithinSecondsAfterAKill() throws IOException, InterruptedException {
        // Given
        curriculum.write(TestCurriculum.change(
                TestCurriculum.spec(1).setStudentModel("resnet20-3x32-10").setMaxSteps(0)));
        curriculum.write(samples(3000));
        Process first = start("first");
        try {
            Awaitility.await().atMost(PATIENCE).until(() -> newestStep() > 10);
        } finally {
            first.destroyForcibly().waitFor();
        }

        // When: there is something to learn, however far the first has come
        curriculum.write(samples(200));
        Process second = start("second");
        long millis;
        try {
            millis = Awaitility.await().atMost(PATIENCE).until(() -> figure("second", FIRST_STEP), found -> found > 0);
        } finally {
            second.destroyForcibly().waitFor();
        }

        // Then
        LOGGER.info("resumed model=resnet20-3x32-10 step={} millis={}", figure("second", RESUMING), millis);
        assertThat(figure("second", RESUMING)).isGreaterThan(10);
        assertThat(millis).isLessThan(LIMIT.toMillis());
    }

    /** Stopped, as by a frozen machine, it cannot know; it learns of it when it goes on. */
    @Test
    void aStoppedTrainerThatWasTakenOverEndsWithItsOwnStatus() throws IOException, InterruptedException {
        // Given
        curriculum.write(TestCurriculum.change(TestCurriculum.spec(1).setMaxSteps(0)));
        curriculum.write(curriculum.samples(200));
        Process first = start("first");
        Process second = null;
        try {
            Awaitility.await().atMost(PATIENCE).until(() -> newestStep() > 10);
            signal(first, "STOP");
            second = start("second");
            Awaitility.await().atMost(PATIENCE).until(() -> figure("second", RESUMING) > 10);
            curriculum.write(curriculum.samples(200));
            long before = newestStep();
            Awaitility.await().atMost(PATIENCE).until(() -> newestStep() > before);

            // When
            signal(first, "CONT");

            // Then
            assertThat(first.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(first.exitValue()).isEqualTo(3);
            assertThat(Files.readString(log("first"))).contains("another trainer has taken over student 'anna'");
            assertThat(second.isAlive()).isTrue();
        } finally {
            first.destroyForcibly().waitFor();
            if (second != null) {
                second.destroyForcibly().waitFor();
            }
        }
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    private long newestStep() {
        List<CheckpointManifest> manifests = curriculum.manifests();
        return manifests.isEmpty() ? 0 : manifests.get(manifests.size() - 1).getStep();
    }

    private long figure(String log, Pattern pattern) throws IOException {
        Matcher matcher = pattern.matcher(Files.readString(log(log)));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private Path log(String process) {
        return directory.resolve(process + ".log");
    }

    /** The service as it is shipped, with the settings of the local cluster. */
    private Process start(String log) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx768m",
                        "-XX:+UseSerialGC",
                        "-Dai.djl.pytorch.num_threads=1",
                        "-Dai.djl.pytorch.num_interop_threads=1",
                        "-Dai.djl.offline=true",
                        "-DDJL_OFFLINE=true",
                        "-Dkafka.bootstrap.servers=" + TestBroker.get().bootstrapServers(),
                        "-Dwildstream.topic-prefix=" + curriculum.topics.prefix(),
                        "-Dwildstream.trainer.student=" + TestCurriculum.STUDENT,
                        "-Dwildstream.trainer.models=" + TestConfig.repositoryModels(),
                        "-Dwildstream.trainer.checkpoints=" + directory.resolve("checkpoints"),
                        "-Dwildstream.trainer.checkpoint-interval=2s",
                        "-Dquarkus.http.port=0",
                        "-jar",
                        System.getProperty("wildstream.test.service", "target/quarkus-app/quarkus-run.jar"))
                .redirectErrorStream(true)
                .redirectOutput(log(log).toFile())
                .start();
    }

    private List<CurriculumRecord> samples(int count) {
        Random random = new Random(3);
        byte[] pixels = new byte[3 * 32 * 32];
        List<CurriculumRecord> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            random.nextBytes(pixels);
            SelectedSample.Builder selected = curriculum.selected(random.nextInt(TestCurriculum.CLASSES));
            selected.getTeacherOutputBuilder()
                    .getSampleBuilder()
                    .setContentType("application/x-tensor;dtype=uint8;shape=3,32,32")
                    .setPayload(ByteString.copyFrom(pixels));
            samples.add(CurriculumRecord.newBuilder().setSelected(selected).build());
        }
        return samples;
    }
}
