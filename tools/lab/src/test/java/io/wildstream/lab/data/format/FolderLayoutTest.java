// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Part;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderLayoutTest {

    private static final Path ORIGIN = Path.of("pets");

    @Test
    void takesPartsAndClassesFromTheDirectories() {
        // When
        FolderLayout layout = layout("train/dog/1.png", "train/cat/1.png", "train/cat/2.png", "test/dog/7.jpg");

        // Then
        assertThat(layout.classes()).containsExactly("cat", "dog");
        assertThat(layout.parts().get(Part.TRAIN))
                .containsExactly(
                        new LabelledPath("train/cat/1.png", 0),
                        new LabelledPath("train/dog/1.png", 1),
                        new LabelledPath("train/cat/2.png", 0));
        assertThat(layout.parts().get(Part.TEST)).containsExactly(new LabelledPath("test/dog/7.jpg", 1));
    }

    @Test
    void takesClassesWithoutPartsForTheTrainPart() {
        // When
        FolderLayout layout = layout("pets/v2/cat/1.png", "pets/v2/dog/1.png");

        // Then
        assertThat(layout.classes()).containsExactly("cat", "dog");
        assertThat(layout.parts()).containsOnlyKeys(Part.TRAIN);
    }

    @Test
    void takesFilesAloneForImagesWithoutLabels() {
        // When
        FolderLayout layout = layout("b.png", "a.png");

        // Then
        assertThat(layout.classes()).isEmpty();
        assertThat(layout.parts().get(Part.TRAIN))
                .containsExactly(
                        new LabelledPath("a.png", Images.NO_LABEL), new LabelledPath("b.png", Images.NO_LABEL));
    }

    @Test
    void isTheSameWhateverOrderThePathsComeIn() {
        assertThat(layout("x/b/2.png", "x/a/1.png", "x/b/1.png"))
                .isEqualTo(layout("x/a/1.png", "x/b/1.png", "x/b/2.png"));
    }

    @Test
    void refusesWhatIsOfNoLayout() {
        assertThatThrownBy(() -> layout())
                .isInstanceOf(DataSetException.class)
                .hasMessage("pets: holds no .png, .jpg or .jpeg file");
        assertThatThrownBy(() -> layout("a/b/c/1.png", "d/1.png"))
                .isInstanceOf(DataSetException.class)
                .hasMessageContaining("is in too many directories");
        assertThatThrownBy(() -> layout("cat/1.png", "2.png"))
                .isInstanceOf(DataSetException.class)
                .hasMessageContaining("2.png: is beside directories of classes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.png", "x/B.JPG", "x/y/c.jpeg"})
    void takesTheseForImages(String path) {
        assertThat(FolderLayout.isImage(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {".a.png", "x/.DS_Store", "readme.txt", "x.png/readme"})
    void takesTheseForNone(String path) {
        assertThat(FolderLayout.isImage(path)).isFalse();
    }

    private static FolderLayout layout(String... paths) {
        return FolderLayout.of(ORIGIN, List.of(paths));
    }
}
