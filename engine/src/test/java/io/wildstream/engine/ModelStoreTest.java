// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {

    @TempDir
    Path empty;

    @Test
    void laterRootsAreSearchedToo() {
        // Given
        ModelStore store = new ModelStore(empty, empty.resolve("absent"), TestModels.root());

        // When
        Path directory = store.directory("lenet5-1x28-10");

        // Then
        assertThat(directory).isEqualTo(TestModels.root().resolve("lenet5-1x28-10"));
        assertThat(store.names()).containsExactlyInAnyOrderElementsOf(TestModels.names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet6", "", "..", "../models/lenet5-1x28-10", "/lenet5-1x28-10"})
    void anUnknownNameIsAnsweredWithTheNamesThatThereAre(String name) {
        // Given
        ModelStore store = new ModelStore(TestModels.root());

        // When / Then
        assertThatThrownBy(() -> store.directory(name))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("available: [")
                .hasMessageContaining("resnet8-3x32-10");
    }
}
