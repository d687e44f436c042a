// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Part;
import io.wildstream.lab.data.mixture.WildMixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The published sets, where the environment variable or system property {@code WILDSTREAM_DATA} names a directory of them. */
class RealDataTest {
    @Test
    void readsFashionMnist() {
        DataSet set = open("fashion-mnist");

        assertThat(set.part(Part.TRAIN).orElseThrow().size()).isEqualTo(60000);
        assertThat(set.part(Part.TEST).orElseThrow().size()).isEqualTo(10000);
        assertThat(firstLabels(set, Part.TRAIN)).containsExactly(9, 0, 0, 3, 0, 2, 7, 2, 5, 5);
        assertThat(firstLabels(set, Part.TEST)).containsExactly(9, 2, 1, 1, 6, 1, 4, 6, 5, 7);
        assertThat(set.classes()).hasSize(10).contains("sandal");
    }

    @Test
    void readsTheTestPartsOfKmnistAndNotMnist() {
        assertThat(firstLabels(open("kmnist"), Part.TEST)).containsExactly(2, 9, 3, 8, 3, 3, 8, 3, 2, 5);
        assertThat(firstLabels(open("notmnist"), Part.TEST)).containsExactly(3, 5, 9, 2, 7, 2, 9, 8, 5, 3);
    }

    @Test
    void mixesTheGraySetting() {
        // Given
        DataSet fashion = open("fashion-mnist");

        // When
        WildMixture mixture = WildMixture.of(fashion)
                .wild(open("mnist"))
                .wild(open("kmnist"))
                .wild(open("notmnist"))
                .build();

        // Then
        assertThat(mixture.size()).isEqualTo(110000);
        assertThat(mixture.counts())
                .isEqualTo(Map.of("fashion-mnist", 30000, "mnist", 60000, "kmnist", 10000, "notmnist", 10000));
    }

    @Test
    void readsCifarFromItsArchive() {
        DataSet set = open("natural/cifar10-jpeg.tar.xz");
        Images train = set.part(Part.TRAIN).orElseThrow();

        assertThat(set.name()).isEqualTo("cifar10-jpeg");
        assertThat(set.shape()).isEqualTo(new ImageShape(3, 32, 32));
        assertThat(set.classes()).hasSize(10).startsWith("airplane").endsWith("truck");
        assertThat(train.size()).isEqualTo(50000);
        assertThat(set.part(Part.TEST).orElseThrow().size()).isEqualTo(10000);
        assertThat(firstLabels(set, Part.TRAIN)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(train.range(0, 500).imageSet(set.shape(), set.classes()).pixels())
                .hasSize(500 * 3072);
        Sample sample = train.sample(0, set.name(), 0, set.shape());
        assertThat(sample.getContentType()).isEqualTo("image/jpeg");
        assertThat(sample.getPayload().size()).isLessThan(3072);
    }

    @Test
    void readsTheFlatWildSetFromItsArchive() {
        DataSet set = open("natural/wild-tiny32.tar.xz");

        assertThat(set.name()).isEqualTo("wild-tiny32");
        assertThat(set.size()).isEqualTo(100000);
        assertThat(set.classNames()).isEmpty();
        assertThat(set.trainOrOnly().pixels(99999).shape()).isEqualTo(new ImageShape(3, 32, 32));
    }

    @Test
    void namesTheArchivesOfTheNaturalSets() {
        Path natural = path("natural");

        assertThatThrownBy(() -> DataSets.open(natural))
                .hasMessageContaining("cifar10-jpeg.tar.xz, wild-tiny32.tar.xz");
    }

    private static int[] firstLabels(DataSet set, Part part) {
        return IntStream.range(0, 10).map(set.part(part).orElseThrow()::label).toArray();
    }

    private static DataSet open(String name) {
        return DataSets.open(path(name));
    }

    private static Path path(String name) {
        String root = System.getProperty("WILDSTREAM_DATA", System.getenv("WILDSTREAM_DATA"));
        assumeTrue(root != null, "WILDSTREAM_DATA names no directory of image sets: skipped");
        Path path = Path.of(root).resolve(name);
        assumeTrue(Files.exists(path), name + " is not in WILDSTREAM_DATA: skipped");
        return path;
    }
}
