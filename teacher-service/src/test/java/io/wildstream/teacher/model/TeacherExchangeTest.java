// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.engine.ModelStore;
import io.wildstream.engine.pixels.PixelLimits;
import io.wildstream.teacher.Models;
import io.wildstream.teacher.Teacher;
import io.wildstream.teacher.TeacherMetrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherExchangeTest {

    @TempDir
    Path empty;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicInteger changes = new AtomicInteger();
    private final TeacherExchange exchange = new TeacherExchange(
            new ModelStore(Models.small()),
            PixelLimits.DEFAULT,
            new TeacherMetrics(registry),
            changes::incrementAndGet);

    @AfterEach
    void close() {
        exchange.close();
    }

    @Test
    void saysWhatToDoWhileThereIsNoTeacher() {
        // When // Then
        assertThat(exchange.current()).isNull();
        assertThat(exchange.problem()).contains("wildstream.teacher.model");
    }

    @Test
    void refusesAModelOfLogitsAloneWithTheCommandThatMendsIt() {
        // When // Then
        assertThatThrownBy(() -> exchange.start(Models.LOGITS_ONLY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wildstream.teacher.model 'logits-only'")
                .hasMessageContaining("features")
                .hasMessageContaining("deploy/models/export.py");
    }

    @Test
    void namesTheKeysWhenTheModelIsMissing() {
        // When // Then
        assertThatThrownBy(() -> exchange.start("absent"))
                .hasMessageContaining("wildstream.teacher.model 'absent'")
                .hasMessageContaining("wildstream.teacher.models")
                .hasMessageContaining(Models.FRAGILE);
    }

    @Test
    void keepsTheOldTeacherWhenTheNewOneIsRefused() throws Exception {
        // Given
        exchange.start(Models.FRAGILE);
        Teacher first = exchange.current();

        // When
        exchange.request(Models.spec(1, Models.LOGITS_ONLY, false));

        // Then
        assertThat(exchange.awaitRequested(Duration.ofSeconds(120))).isTrue();
        assertThat(exchange.current()).isSameAs(first);
        assertThat(exchange.problem()).contains("generation 1").contains("export.py");
        assertThat(changes).hasValue(2);
        assertThat(registry.get(TeacherMetrics.MODEL_LOADS)
                        .tag("result", "refused")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void takesTheConfiguredModelWhereASpecNamesNone() throws Exception {
        // Given
        exchange.start(Models.FRAGILE);
        exchange.current();

        // When
        exchange.request(Models.spec(1, "", true));

        // Then
        assertThat(exchange.awaitRequested(Duration.ofSeconds(120))).isTrue();
        Teacher current = exchange.current();
        assertThat(current.reference().getName()).isEqualTo(Models.FRAGILE);
        assertThat(current.reference().getGeneration()).isEqualTo(1);
        assertThat(current.omitsFeatures()).isTrue();
    }

    @Test
    void namesTheKeyWhenASpecNamesNoModelAndNoneIsConfigured() throws Exception {
        // When
        exchange.request(Models.spec(1, "", false));

        // Then
        assertThat(exchange.awaitRequested(Duration.ofSeconds(120))).isTrue();
        assertThat(exchange.current()).isNull();
        assertThat(exchange.problem()).contains("generation 1 was refused").contains("wildstream.teacher.model");
    }

    @Test
    void answersNothingAfterAStartWithARefusedSpecUntilABetterOneComes() throws Exception {
        // Given
        exchange.start(Models.FRAGILE);

        // When
        exchange.request(Models.spec(3, Models.LOGITS_ONLY, false));

        // Then
        assertThat(exchange.awaitRequested(Duration.ofSeconds(120))).isTrue();
        assertThat(exchange.current()).isNull();
        assertThat(exchange.active()).isNull();
        assertThat(exchange.problem())
                .contains("generation 3 was refused")
                .contains("scores no samples")
                .contains("./wildstream teacher set MODEL");
        assertThat(exchange.refused().generation()).isEqualTo(3);
        assertThat(exchange.refused().reason()).contains("export.py");

        exchange.request(Models.spec(4, Models.FRAGILE, false));
        assertThat(exchange.awaitRequested(Duration.ofSeconds(120))).isTrue();
        assertThat(exchange.current().reference().getGeneration()).isEqualTo(4);
        assertThat(exchange.problem()).isEmpty();
        assertThat(exchange.refused()).isNull();
    }

    @Test
    void takesTheNewestGenerationOnly() throws Exception {
        // Given
        exchange.start(Models.FRAGILE);

        // When
        exchange.request(Models.spec(5, Models.FRAGILE, true));
        exchange.request(Models.spec(4, Models.LOGITS_ONLY, false));
        exchange.request(ControlRecord.newBuilder()
                .setGeneration(9)
                .setSelectionPolicy(SelectionPolicy.getDefaultInstance())
                .build());
        assertThat(exchange.awaitRequested(Duration.ofSeconds(120))).isTrue();
        Teacher current = exchange.current();

        // Then
        assertThat(current.reference().getGeneration()).isEqualTo(5);
        assertThat(current.omitsFeatures()).isTrue();
        assertThat(exchange.active()).isSameAs(current);
        assertThat(exchange.problem()).isEmpty();
        assertThat(registry.get(TeacherMetrics.GENERATION).gauge().value()).isEqualTo(5);
    }

    @Test
    void refusesADamagedModel() throws Exception {
        // Given
        Path directory = Files.createDirectories(empty.resolve("damaged"));
        Path source = Models.small().resolve(Models.FRAGILE);
        Files.copy(source.resolve("model.json"), directory.resolve("model.json"));
        byte[] bytes = Files.readAllBytes(source.resolve("model.pt"));
        Files.write(directory.resolve("model.pt"), java.util.Arrays.copyOf(bytes, bytes.length / 2));

        // When // Then
        try (TeacherExchange damaged = new TeacherExchange(
                new ModelStore(empty), PixelLimits.DEFAULT, new TeacherMetrics(new SimpleMeterRegistry()), () -> {})) {
            assertThatThrownBy(() -> damaged.start("damaged")).hasMessageContaining("half copied");
        }
    }
}
