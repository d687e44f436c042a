// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class DeletedTopicsTest {

    private final DeletedTopics deleted = new DeletedTopics();

    @Test
    void namesATopicThatWasThereUntilItIsThereAgain() {
        // Given
        deleted.problems(Set.of("a", "b"), Set.of("a", "b", "c"));

        // When
        var gone = deleted.problems(Set.of("a", "b"), Set.of("b"));
        var again = deleted.problems(Set.of("a", "b"), Set.of("a", "b"));

        // Then
        assertThat(gone).singleElement().asString().startsWith("topic a was deleted");
        assertThat(again).isEmpty();
    }

    @Test
    void isSilentAboutTopicsThatWereNeverThereOrAreNotNeededAnyMore() {
        // Given
        deleted.problems(Set.of("a"), Set.of("a"));

        // When
        var problems = deleted.problems(Set.of("not made yet"), Set.of());

        // Then
        assertThat(problems).isEmpty();
    }
}
