// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.mixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.wildstream.contracts.HoldoutFile;
import io.wildstream.contracts.v1.LabelledSample;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.Part;
import io.wildstream.lab.data.RawImages;
import io.wildstream.lab.data.format.DataSets;
import io.wildstream.lab.data.procedural.ProceduralImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WildMixtureTest {
    private static final DataSet ORIGINAL = ProceduralImages.objects(1, 1000, 60);
    private static final DataSet NEAR = ProceduralImages.lookalikes(2, 600);
    private static final DataSet FAR = ProceduralImages.textures(3, 400);

    @TempDir
    Path directory;

    @Test
    void givesTheTeacherTheFirstHalfAndMixesAllTheRest() {
        // When
        WildMixture mixture = WildMixture.of(ORIGINAL).wild(NEAR).wild(FAR).build();

        // Then
        assertThat(mixture.teacherTrain().size()).isEqualTo(500);
        assertThat(mixture.teacherSet().labels()).hasSize(500);
        assertThat(mixture.teacherSet().classes()).isEqualTo(ORIGINAL.classes());
        assertThat(mixture.testSet().size()).isEqualTo(60);
        assertThat(mixture.size()).isEqualTo(1500);
        assertThat(mixture.counts()).isEqualTo(Map.of("objects", 500, "lookalikes", 600, "textures", 400));
        assertThat(mixture.inDomainShare()).isEqualTo(1 / 3.0);
    }

    @Test
    void holdsEveryImageOnceAndNoneOfTheTeachers() {
        // Given
        WildMixture mixture =
                WildMixture.of(ORIGINAL).teacherImages(700).wild(NEAR).build();

        // When
        Set<String> ids = new HashSet<>(ids(mixture));

        // Then
        assertThat(ids).hasSize(mixture.size()).hasSize(900);
        assertThat(ids).contains("objects-700", "objects-999", "lookalikes-0", "lookalikes-599");
        assertThat(ids).doesNotContain("objects-699");
    }

    @Test
    void showsTheImageThatItsIdNames() {
        // Given
        WildMixture mixture = WildMixture.of(ORIGINAL).wild(FAR).build();

        // When // Then
        for (int i = 0; i < 50; i++) {
            WildEntry entry = mixture.entry(i);
            Sample sample = entry.sample();
            int number =
                    Integer.parseInt(sample.getId().substring(sample.getId().indexOf('-') + 1));
            DataSet source = entry.inDomain() ? ORIGINAL : FAR;
            assertThat(sample.getSource()).isEqualTo(source.name());
            assertThat(mixture.inDomain(sample.getSource())).isEqualTo(entry.inDomain());
            assertThat(sample.getPayload().toByteArray())
                    .isEqualTo(source.trainOrOnly().payload(number));
        }
    }

    @Test
    void shufflesByTheSeedAlone() {
        // When
        List<String> first = ids(WildMixture.of(ORIGINAL).wild(NEAR).seed(7).build());
        List<String> same = ids(WildMixture.of(ORIGINAL).wild(NEAR).seed(7).build());
        List<String> other = ids(WildMixture.of(ORIGINAL).wild(NEAR).seed(8).build());

        // Then
        assertThat(same).isEqualTo(first);
        assertThat(other).isNotEqualTo(first).containsExactlyInAnyOrderElementsOf(first);
        long early = first.subList(0, 550).stream()
                .filter(id -> id.startsWith("objects"))
                .count();
        assertThat(early).as("in-domain among the first half").isBetween(200L, 300L);
    }

    @Test
    void leavesOutInDomainImagesToReachAShare() {
        // When
        WildMixture rare = WildMixture.of(ORIGINAL)
                .wild(NEAR)
                .wild(FAR)
                .inDomainShare(0.05)
                .build();
        WildMixture none = WildMixture.of(ORIGINAL).wild(NEAR).inDomainShare(0).build();
        WildMixture capped =
                WildMixture.of(ORIGINAL).wild(NEAR).inDomainShare(0.9).build();

        // Then
        assertThat(rare.counts()).containsEntry("objects", 53);
        assertThat(rare.inDomainShare()).isCloseTo(0.05, within(0.001));
        assertThat(none.counts()).isEqualTo(Map.of("lookalikes", 600));
        assertThat(none.inDomainShare()).isZero();
        assertThat(capped.counts()).containsEntry("objects", 500);
    }

    @Test
    void streamsTheRestAloneOrTheWildSetsAlone() {
        // When
        WildMixture alone = WildMixture.of(ORIGINAL).inDomainShare(0.3).build();
        WildMixture wild = WildMixture.of(ORIGINAL)
                .teacherImages(WildMixture.ALL)
                .wild(NEAR)
                .build();

        // Then
        assertThat(alone.counts()).isEqualTo(Map.of("objects", 500));
        assertThat(wild.counts()).isEqualTo(Map.of("lookalikes", 600));
        assertThat(wild.teacherTrain().size()).isEqualTo(1000);
    }

    @Test
    void takesTestPartsOfWildSetsWhenTold() {
        // Given
        DataSet original = new DataSet("original", ORIGINAL.shape(), List.of(), ORIGINAL.parts());

        // When
        WildMixture without = WildMixture.of(original).wild(ORIGINAL).build();
        WildMixture with =
                WildMixture.of(original).wild(ORIGINAL).wildTestParts(true).build();

        // Then
        assertThat(without.counts()).containsEntry("objects", 1000);
        assertThat(with.counts()).containsEntry("objects", 1060);
        assertThat(new HashSet<>(ids(with))).hasSize(1560).contains("objects-1059");
    }

    @Test
    void limitsTheStreamToItsBeginning() {
        // When
        List<String> all = ids(WildMixture.of(ORIGINAL).wild(NEAR).build());
        List<String> some = ids(WildMixture.of(ORIGINAL).wild(NEAR).limit(100).build());

        // Then
        assertThat(some).isEqualTo(all.subList(0, 100));
    }

    @Test
    void convertsForeignShapes() {
        // Given
        byte[] values = new byte[2 * 3 * 16 * 16];
        java.util.Arrays.fill(values, (byte) 90);
        DataSet colour = new DataSet(
                "colour",
                new ImageShape(3, 16, 16),
                List.of(),
                Map.of(Part.TRAIN, new RawImages(new ImageShape(3, 16, 16), values, new byte[0])));
        WildMixture mixture =
                WildMixture.of(ORIGINAL).wild(colour).inDomainShare(0).build();

        // When
        Sample sample = mixture.entry(0).sample();

        // Then
        assertThat(sample.getContentType()).isEqualTo("application/x-tensor;dtype=uint8;shape=1,28,28");
        assertThat(sample.getPayload().toByteArray()).hasSize(784).containsOnly(90);
    }

    @Test
    void sendsAFileThatCannotBeDecodedAsItIs() throws IOException {
        // Given a file whose header promises another size, and whose rest is missing
        Path photos = Files.createDirectory(directory.resolve("photos"));
        byte[] cut = {
            (byte) 0x89,
            'P',
            'N',
            'G',
            13,
            10,
            26,
            10,
            0,
            0,
            0,
            13,
            'I',
            'H',
            'D',
            'R',
            0,
            0,
            1,
            0,
            0,
            0,
            1,
            0,
            8,
            2,
            0,
            0,
            0
        };
        Files.write(photos.resolve("cut.png"), cut);
        WildMixture mixture = WildMixture.of(ORIGINAL)
                .wild(DataSets.open(photos))
                .inDomainShare(0)
                .build();

        // When
        Sample sample = mixture.entry(0).sample();

        // Then
        assertThat(sample.getId()).isEqualTo("photos-0");
        assertThat(sample.getContentType()).isEqualTo("image/png");
        assertThat(sample.getPayload().toByteArray()).isEqualTo(cut);
    }

    @Test
    void writesItsTestPartAsAHoldout() throws IOException {
        // Given
        WildMixture mixture = WildMixture.of(ORIGINAL).wild(NEAR).build();
        Path file = directory.resolve("holdout.pb.gz");

        // When
        int written = HoldoutFile.write(file, mixture.holdout());

        // Then
        List<LabelledSample> read = HoldoutFile.read(file);
        assertThat(written).isEqualTo(60);
        assertThat(read).hasSize(60);
        assertThat(read.get(13).getLabel()).isEqualTo(3);
        assertThat(read.get(13).getSample().getId()).isEqualTo("objects-test-13");
        assertThat(read.get(13).getSample().getPayload().toByteArray())
                .isEqualTo(mixture.test().payload(13));
    }

    @Test
    void refusesSettingsThatCannotBeMet() {
        WildMixture.Builder builder = WildMixture.of(ORIGINAL);

        assertThatThrownBy(() -> builder.inDomainShare(1)).hasMessageContaining("must be in [0, 1)");
        assertThatThrownBy(() -> builder.inDomainShare(Double.NaN)).hasMessageContaining("must be in [0, 1)");
        assertThatThrownBy(() -> builder.teacherImages(0)).hasMessageContaining("at least 1 image");
        assertThatThrownBy(() -> builder.limit(0)).hasMessageContaining("at least 1 sample");
        assertThatThrownBy(() -> WildMixture.of(NEAR).build().test()).hasMessageContaining("has no test part");
        assertThatThrownBy(() -> WildMixture.of(ORIGINAL).teacherImages(1001).build())
                .hasMessageContaining("has 1000 train images");
        assertThatThrownBy(() -> WildMixture.of(ORIGINAL).wild(ORIGINAL).build())
                .hasMessageContaining("Two image sets are called objects");
        assertThatThrownBy(() ->
                        WildMixture.of(ORIGINAL).teacherImages(WildMixture.ALL).build())
                .hasMessageContaining("No sample remains");
    }

    private static List<String> ids(WildMixture mixture) {
        return IntStream.range(0, mixture.size())
                .mapToObj(i -> mixture.entry(i).sample().getId())
                .toList();
    }
}
