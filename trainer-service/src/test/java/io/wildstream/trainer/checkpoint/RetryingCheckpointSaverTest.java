// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetryingCheckpointSaverTest {

    @TempDir
    Path directory;

    private final MemoryCommits commits = new MemoryCommits();
    private final List<String> heard = new ArrayList<>();
    private int failures;

    private final SaveProblems problems = new SaveProblems() {
        @Override
        public void hold(String reason) {
            heard.add("hold " + reason);
        }

        @Override
        public void changeReason(String reason) {
            heard.add("change " + reason);
        }

        @Override
        public void resume() {
            heard.add("resume");
        }
    };

    /** A student at step 7 whose files cannot be written the first times. */
    private final class Source implements CheckpointSource {

        private int refusals;
        private long step = 7;

        Source(int refusals) {
            this.refusals = refusals;
        }

        @Override
        public String curriculum() {
            return "main";
        }

        @Override
        public long step() {
            return step;
        }

        @Override
        public long nextOffset() {
            return 112;
        }

        @Override
        public boolean isSavedAs(CheckpointManifest manifest) {
            return manifest.getStep() == step;
        }

        @Override
        public void write(Path target, double accuracy) throws IOException {
            if (refusals > 0) {
                refusals--;
                throw new IOException("no space left (" + refusals + ")");
            }
            Files.writeString(target.resolve("state.json"), "{}");
        }

        @Override
        public CheckpointManifest.Builder manifest() {
            return CheckpointManifest.newBuilder()
                    .setStudent("anna")
                    .setStep(step)
                    .setNextOffset(112);
        }

        @Override
        public void saved() {
            heard.add("saved");
        }
    }

    @Test
    void aStudentIsSavedAtOnceWhereTheStoreIsWell() throws IOException {
        // When
        CheckpointManifest manifest = saver(() -> false).save(new Source(0), 0.5);

        // Then
        assertThat(heard).containsExactly("saved");
        assertThat(failures).isZero();
        assertThat(commits.manifests).containsExactly(manifest);
        assertThat(manifest.getHoldoutAccuracy()).isEqualTo(0.5);
        assertThat(manifest.getFilesList())
                .singleElement()
                .satisfies(file -> assertThat(file.getName()).isEqualTo("state.json"));
        assertThat(directory.resolve(manifest.getDirectory()).resolve("state.json"))
                .hasContent("{}");
    }

    @Test
    void aFullStoreHoldsTheStudentUntilItIsSaved() throws IOException {
        // When
        CheckpointManifest manifest = saver(() -> false).save(new Source(2), Double.NaN);

        // Then
        assertThat(heard)
                .containsExactly(
                        "hold checkpoint of step 7 could not be stored, trying again: no space left (1)",
                        "change checkpoint of step 7 could not be stored, trying again: no space left (0)",
                        "saved",
                        "resume");
        assertThat(failures).isEqualTo(2);
        assertThat(commits.manifests).containsExactly(manifest);
        assertThat(manifest.hasHoldoutAccuracy()).isFalse();
    }

    @Test
    void aProcessThatStopsGivesUp() {
        assertThatThrownBy(() -> saver(() -> true).save(new Source(1), Double.NaN))
                .isInstanceOf(IOException.class)
                .hasMessage("no space left (0)");
        assertThat(heard).singleElement().asString().startsWith("hold");
        assertThat(commits.manifests).isEmpty();
    }

    @Test
    void anInterruptedThreadDoesNotTryAgain() {
        // Given
        BooleanSupplier interrupting = () -> {
            Thread.currentThread().interrupt();
            return false;
        };

        // When // Then
        assertThatThrownBy(() -> saver(interrupting).save(new Source(1), Double.NaN))
                .isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(commits.manifests).isEmpty();
    }

    @Test
    void eachCheckpointDescendsFromTheOneBefore() throws IOException {
        // Given
        RetryingCheckpointSaver saver = saver(() -> false);
        Source student = new Source(0);
        CheckpointManifest first = saver.save(student, Double.NaN);

        // When
        student.step = 9;
        CheckpointManifest second = saver.save(student, Double.NaN);

        // Then
        assertThat(first.getLineage().getParent()).isEmpty();
        assertThat(second.getLineage().getParent()).isEqualTo(first.getDirectory());
        assertThat(second.getLineage().getFromStep()).isEqualTo(7);
        assertThat(second.getLineage().getFromOffset()).isEqualTo(112);
        assertThat(second.getKeptDirectoriesList()).containsExactly(first.getDirectory(), second.getDirectory());
        assertThat(commits.renewals).hasSize(2).allMatch(renewal -> renewal.endsWith("curriculum.main-0@112"));
    }

    private RetryingCheckpointSaver saver(BooleanSupplier stopping) {
        try {
            Checkpoints checkpoints = new Checkpoints(
                    new Topics("test"), new DirectoryCheckpointStore(directory, "anna"), commits, new Retention(3, 0));
            return new RetryingCheckpointSaver(checkpoints, problems, () -> failures++, stopping);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
