// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.cluster.config.KeyFile;
import io.wildstream.cluster.process.JvmProfile;
import io.wildstream.cluster.process.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command lines of processes, of an installation that only looks as if it had been built. */
class ProcessSpecsTest {

    private static final Map<String, Integer> PORTS = Map.of(
            "broker",
            1,
            "controller",
            2,
            "gateway",
            3,
            "teacher",
            4,
            "teacher-0",
            5,
            "teacher-1",
            6,
            "selector",
            7,
            "trainer-dfnd",
            8,
            "verify-dfnd",
            9);

    @TempDir
    Path directory;

    private Installation installation = new Installation(Path.of(""));
    private Home home = new Home(Path.of(""));

    @BeforeEach
    void build() throws IOException {
        home = new Home(directory.resolve("home"));
        installation = new Installation(directory.resolve("root"));
        for (String module : List.of("gateway", "teacher-service", "selector-service", "trainer-service")) {
            Path app =
                    Files.createDirectories(installation.root().resolve(module).resolve("target/quarkus-app"));
            Files.createFile(app.resolve("quarkus-run.jar"));
        }
        Files.createDirectories(installation.libraries());
        Files.createFile(installation.libraries().resolve("local-cluster-1.jar"));
    }

    @Test
    void theBrokerRunsFromTheLibrariesAndIsReadyWhenItsPortIs() {
        // Given
        ClusterPlan plan = ClusterPlan.builder("up", home).build();

        // When
        ProcessSpec broker = specs(plan).broker();

        // Then
        assertThat(broker.command())
                .containsSequence("-cp", installation.classPath(), "io.wildstream.cluster.broker.BrokerMain")
                .endsWith(home.cluster().resolve("broker").toString(), "1", "2")
                .contains("-javaagent:" + installation.agentJar(), "-Xmx512m")
                .doesNotContain("-Xms512m");
        assertThat(broker.log()).isEqualTo(home.logs().resolve("broker.log"));
        assertThat(broker.takenOverStatus()).isNull();
    }

    @Test
    void aFileOfKeysComesBeforeWhatIsUsualAndNoValueOfItIsOnACommandLine() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("my keys.properties"), """
                kafka.bootstrap.servers=kafka-0:9093
                kafka.sasl.jaas.config=secret
                wildstream.topic-prefix=shop
                wildstream.selector.publish-rejected=false
                """);
        ClusterPlan plan = ClusterPlan.builder("up", home)
                .students(List.of("dfnd"))
                .keyFile(KeyFile.read(file))
                .build();

        // When
        List<String> selector = specs(plan).selectors().get(0).command();

        // Then
        assertThat(selector)
                .contains("-Dquarkus.config.locations=" + file.toUri(), "-Dwildstream.instance=selector-0")
                .noneMatch(argument -> argument.contains("bootstrap.servers"))
                .noneMatch(argument -> argument.contains("secret"))
                .noneMatch(argument -> argument.contains("topic-prefix"))
                .noneMatch(argument -> argument.contains("publish-rejected"));
        assertThat(plan.startsBroker()).isFalse();
        assertThat(plan.portUsers()).containsExactly("gateway", "teacher", "selector", "trainer-dfnd");
        assertThat(plan.topicPrefix()).isEqualTo("shop");
    }

    @Test
    void aClusterOfAShortRunDoesWithoutTheSecondCompiler() {
        // Given
        String firstOnly = "-XX:TieredStopAtLevel=1";

        // When
        List<String> shortRun = specs(ClusterPlan.builder("demo", home)
                        .profile(JvmProfile.SHORT_RUN)
                        .build())
                .gateway()
                .command();
        List<String> longRun =
                specs(ClusterPlan.builder("up", home).build()).gateway().command();

        // Then
        assertThat(shortRun).contains(firstOnly);
        assertThat(longRun).doesNotContain(firstOnly);
    }

    @Test
    void aServiceListensOnLoopbackAndGetsTheSettingsOfThePlan() {
        // Given
        ClusterPlan plan = ClusterPlan.builder("soak", home)
                .settings(Map.of("wildstream.gateway.max-backlog", "7"))
                .profile(JvmProfile.WHOLE_HEAP)
                .build();

        // When
        List<String> command = specs(plan).gateway().command();

        // Then
        assertThat(command)
                .contains(
                        "-Dkafka.bootstrap.servers=127.0.0.1:1",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=3",
                        "-Dwildstream.gateway.max-backlog=7",
                        "-Xmx384m",
                        "-Xms384m",
                        "-XX:+AlwaysPreTouch")
                .endsWith("-jar", installation.serviceJar("gateway").toString());
    }

    @Test
    void theTokenOfTheGatewayIsInItsEnvironmentAndNowhereElse() throws IOException {
        // Given
        ClusterPlan plan = ClusterPlan.builder("up", home)
                .tokenFile(home.tokenFile())
                .students(List.of("dfnd"))
                .build();
        home.lock().close();

        // When
        ProcessSpec gateway = specs(plan).gateway();

        // Then
        String token = GatewayToken.read(home.tokenFile());
        assertThat(gateway.environment()).containsExactly(Map.entry("WILDSTREAM_GATEWAY_TOKEN", token));
        assertThat(token).matches("[0-9a-f]{64}");
        assertThat(gateway.command()).noneMatch(word -> word.contains(token));
        assertThat(specs(plan).trainer("dfnd").environment()).isEmpty();
    }

    @Test
    void severalTeachersHaveAnOrdinalAndASingleOneHasNone() {
        // Given
        ClusterPlan one = ClusterPlan.builder("up", home).teacherModel("vgg").build();
        ClusterPlan two = ClusterPlan.builder("up", home)
                .teacherModel("vgg")
                .teachers(2)
                .modelStores(List.of(Path.of("/a"), Path.of("/b")))
                .build();

        // When
        List<ProcessSpec> single = specs(one).teachers();
        List<ProcessSpec> several = specs(two).teachers();

        // Then
        assertThat(single).extracting(ProcessSpec::name).containsExactly("teacher");
        assertThat(single.get(0).command()).contains("-Dwildstream.instance=teacher-0");
        assertThat(several).extracting(ProcessSpec::name).containsExactly("teacher-0", "teacher-1");
        assertThat(several.get(1).command())
                .contains(
                        "-Dwildstream.instance=teacher-1",
                        "-Dwildstream.teacher.models=/a,/b",
                        "-Dwildstream.teacher.model=vgg");
    }

    @Test
    void aTrainerSaysByItsStatusThatAnotherHasItsStudent() {
        // Given
        ClusterPlan plan = ClusterPlan.builder("up", home)
                .students(List.of("dfnd"))
                .holdout(Path.of("/holdout.pb.gz"))
                .checkpointInterval(Duration.ofSeconds(5))
                .build();

        // When
        ProcessSpec trainer = specs(plan).trainer("dfnd");
        ProcessSpec verifier = specs(plan).verifier("dfnd", "verify-dfnd");

        // Then
        assertThat(trainer.takenOverStatus()).isEqualTo(3);
        assertThat(trainer.command())
                .contains(
                        "-Dwildstream.trainer.student=dfnd",
                        "-Dwildstream.trainer.holdout=/holdout.pb.gz",
                        "-Dwildstream.trainer.checkpoint-interval=5s",
                        "-Dwildstream.trainer.checkpoints=" + home.cluster().resolve("checkpoints"));
        assertThat(verifier.name()).isEqualTo("verify-dfnd");
        assertThat(verifier.command()).contains("-Dwildstream.trainer.mode=verify");
    }

    @Test
    void namesWhatWasNotBuilt() throws IOException {
        // Given
        Files.delete(installation.serviceJar("gateway"));
        Files.delete(installation.agentJar());
        Installation absent = new Installation(directory.resolve("absent"));

        // When // Then
        assertThatThrownBy(() -> installation.requireBuilt())
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("quarkus-run.jar is missing: build it with './mvnw -Dquick package'");
        assertThatThrownBy(() -> installation.agentJar()).hasMessageContaining("holds no local-cluster-*.jar");
        assertThatThrownBy(absent::agentJar).hasMessageContaining(absent.libraries() + " is missing");
    }

    @Test
    void refusesAPathThatAListCannotHold() {
        // Given // When // Then
        assertThatThrownBy(() -> ProcessSpecs.requireNoComma(Path.of("/models,old")))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("holds a comma");
    }

    private ProcessSpecs specs(ClusterPlan plan) {
        return new ProcessSpecs(installation, plan, PORTS);
    }
}
