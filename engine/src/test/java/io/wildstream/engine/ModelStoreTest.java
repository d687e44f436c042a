// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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
        assertThat(store.names())
                .containsAll(TestModels.names())
                .contains("mlp-32-3")
                .hasSize(TestModels.names().size() + 1);
    }

    @Test
    void onlyAllowedModelsAreFound() {
        // Given
        Path model = TestModels.root().resolve("lenet5-1x28-10");
        String digest = Digests.sha256(model.resolve(ModelDescription.MODULE_FILE));

        // When
        ModelStore allowing = new ModelStore(List.of(TestModels.root()), Set.of(digest));

        // Then
        assertThat(allowing.directory("lenet5-1x28-10")).isEqualTo(model);
        assertThatThrownBy(() -> allowing.directory("resnet8-3x32-10"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("may not be loaded: its SHA-256 ");
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
