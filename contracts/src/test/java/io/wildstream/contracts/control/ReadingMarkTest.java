// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadingMarkTest {

    private static final String TOPIC = "a.control";
    private static final String ID = "topic-id";
    private static final long END = 100;

    @TempDir
    Path directory;

    @Test
    void aProcessThatEndedInOrderLeavesNothingToBeCarefulAbout() {
        // Given
        try (ReadingMark mark = open()) {
            assertThat(mark.isCareful()).isFalse();
            mark.reading(7);
        }

        // When, Then
        assertThat(open().isCareful()).isFalse();
    }

    @Test
    void aRecordIsSkippedAfterTwoEndsOnItAlone() throws IOException {
        // Given: it ends while it reads many records at once, and twice while it reads only the one at 7
        open().reading(3);
        ReadingMark first = open();
        assertThat(first.isCareful()).isTrue();
        assertThat(first.skipIfDeadly(ID, 3, END)).isFalse();
        first.readingOne(3);
        first.readingOne(7);
        ReadingMark second = open();
        assertThat(second.skipIfDeadly(ID, 7, END)).isFalse();
        second.readingOne(7);

        // When
        ReadingMark third = open();

        // Then
        assertThat(third.skipIfDeadly(ID, 6, END)).isFalse();
        assertThat(third.skipIfDeadly(ID, 7, END)).isTrue();
        assertThat(third.after(ID, 7)).isEqualTo(8);
        assertThat(third.after(ID, 6)).isEqualTo(6);
        third.close();
        ReadingMark later = open();
        assertThat(later.isCareful()).isTrue();
        assertThat(later.after(ID, 7)).isEqualTo(8);
        assertThat(later.after("another-topic-of-this-name", 7)).isEqualTo(7);
    }

    @Test
    void anEndWhileNothingWasReadDoesNotCount() throws IOException {
        // Given: killed again and again at the end of the log, or while Kafka does not answer
        for (int i = 0; i < 5; i++) {
            open().reading(7);
        }
        ReadingMark unanswered = open();
        unanswered.readingOne(7);
        unanswered.reading(7);

        // When, Then
        assertThat(open().skipIfDeadly(ID, 7, END)).isFalse();
    }

    @Test
    void neighboursInTheSameBatchAreSkippedInEverLargerSteps() throws IOException {
        // Given
        for (long offset : new long[] {7, 8, 10}) {
            for (int end = 0; end < ReadingMark.ENDS; end++) {
                ReadingMark mark = open();
                assertThat(mark.skipIfDeadly(ID, offset, 12)).isFalse();
                mark.readingOne(offset);
            }
            assertThat(open().skipIfDeadly(ID, offset, 12)).isTrue();
        }

        // When, Then: 1, 2, and of 4 what the log has
        ReadingMark mark = open();
        assertThat(mark.skips(ID))
                .containsExactly(
                        new ReadingMark.Skip(ID, 7, 8),
                        new ReadingMark.Skip(ID, 8, 10),
                        new ReadingMark.Skip(ID, 10, 12));
        assertThat(mark.after(ID, 7)).isEqualTo(12);
    }

    @Test
    void withoutAUsableDirectoryNothingIsMarked() throws IOException {
        // Given
        Path file = Files.createFile(directory.resolve("file"));

        // When, Then
        assertThat(ReadingMark.open(file.resolve("marks"), TOPIC)).isNull();
    }

    private ReadingMark open() {
        return Objects.requireNonNull(ReadingMark.open(directory.resolve("teacher-0"), TOPIC));
    }
}
