// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.procedural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Part;
import io.wildstream.lab.data.Pixels;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProceduralImagesTest {
    private static final int FEATURES = 48;

    @Test
    void givesTheSameImageWheneverItIsAsked() {
        // Given
        Images images = ProceduralImages.objects(5, 1000, 100).trainOrOnly();
        byte[] first = images.payload(777);
        images.payload(3);

        // When
        byte[] again = ProceduralImages.objects(5, 2000, 1).trainOrOnly().payload(777);

        // Then
        assertThat(again).isEqualTo(first);
        assertThat(images.pixels(777).values()).isEqualTo(first);
    }

    @Test
    void staysAsItIsFromReleaseToRelease() throws NoSuchAlgorithmException {
        // Teachers and figures in reports depend on these images: change them on purpose only.
        assertThat(digest(ProceduralImages.objects(1, 100, 100).part(Part.TRAIN).orElseThrow()))
                .isEqualTo("3149b1eca23b41ed");
        assertThat(digest(ProceduralImages.lookalikes(1, 100).trainOrOnly())).isEqualTo("8fdf2b058a7a53ef");
        assertThat(digest(ProceduralImages.textures(1, 100).trainOrOnly())).isEqualTo("b053c3071582e585");
    }

    @Test
    void differsBetweenSeedsPartsIndicesAndFamilies() {
        // Given
        DataSet one = ProceduralImages.objects(1, 500, 500);
        DataSet two = ProceduralImages.objects(2, 500, 500);
        Set<String> seen = new HashSet<>();

        // When
        for (int i = 0; i < 500; i++) {
            seen.add(Arrays.toString(one.part(Part.TRAIN).orElseThrow().payload(i)));
            seen.add(Arrays.toString(one.part(Part.TEST).orElseThrow().payload(i)));
            seen.add(Arrays.toString(two.part(Part.TRAIN).orElseThrow().payload(i)));
            seen.add(Arrays.toString(
                    ProceduralImages.lookalikes(1, 500).trainOrOnly().payload(i)));
            seen.add(Arrays.toString(
                    ProceduralImages.textures(1, 500).trainOrOnly().payload(i)));
        }

        // Then
        assertThat(seen).hasSize(2500);
    }

    @Test
    void hasTenBalancedNamedClasses() {
        // Given
        DataSet objects = ProceduralImages.objects(1, 200, 50);

        // When
        long[] counts = new long[10];
        for (int i = 0; i < 200; i++) {
            counts[objects.trainOrOnly().label(i)]++;
        }

        // Then
        assertThat(objects.shape()).isEqualTo(new ImageShape(1, 28, 28));
        assertThat(objects.classNames()).hasSize(10).doesNotHaveDuplicates();
        assertThat(counts).containsOnly(20);
        assertThat(ProceduralImages.lookalikes(1, 5).trainOrOnly().label(4)).isEqualTo(Images.NO_LABEL);
        assertThat(ProceduralImages.textures(1, 5).classes()).isEmpty();
    }

    @Test
    void classesCanBeToldApartByHowTheyLook() {
        // Given
        DataSet objects = ProceduralImages.objects(11, 3000, 400);
        double[][] known = features(objects.part(Part.TRAIN).orElseThrow());

        // When
        double share = nearestNeighbourAccuracy(objects, known);

        // Then: chance is 0.1; a good network reaches 0.96.
        assertThat(share).isBetween(0.35, 0.9);
    }

    @Test
    void everyImageShowsSomething() {
        for (DataSet set : new DataSet[] {
            ProceduralImages.objects(3, 500, 1), ProceduralImages.lookalikes(3, 500), ProceduralImages.textures(3, 500)
        }) {
            for (int i = 0; i < 500; i++) {
                byte[] image = set.trainOrOnly().payload(i);
                assertThat(deviation(image)).as("%s %d", set.name(), i).isGreaterThan(4);
            }
        }
    }

    @Test
    void refusesAnEmptySetAndForeignIndices() {
        Images images = ProceduralImages.textures(1, 10).trainOrOnly();

        assertThatThrownBy(() -> ProceduralImages.textures(1, 0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> images.payload(10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> images.label(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static String digest(Images images) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < images.size(); i++) {
            digest.update(images.payload(i));
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }

    private static double deviation(byte[] image) {
        double sum = 0;
        double squares = 0;
        for (byte value : image) {
            sum += value & 0xff;
            squares += (value & 0xff) * (value & 0xff);
        }
        double mean = sum / image.length;
        return Math.sqrt(squares / image.length - mean * mean);
    }

    private static double[][] features(Images images) {
        double[][] features = new double[images.size()][];
        for (int i = 0; i < features.length; i++) {
            features[i] = features(images.pixels(i));
        }
        return features;
    }

    /** Brightness and edges by distance from the centre of brightness: the same however an object is turned or moved. */
    private static double[] features(Pixels pixels) {
        double total = 0;
        double middleX = 0;
        double middleY = 0;
        for (int y = 0; y < 28; y++) {
            for (int x = 0; x < 28; x++) {
                double weight = Math.pow(pixels.at(0, y, x), 2);
                total += weight;
                middleX += weight * x;
                middleY += weight * y;
            }
        }
        double[] features = new double[FEATURES];
        for (int y = 0; y < 27; y++) {
            for (int x = 0; x < 27; x++) {
                int ring = (int) Math.min(15, Math.hypot(x - middleX / total, y - middleY / total));
                int value = pixels.at(0, y, x);
                features[ring] += value;
                features[16 + ring] += value * value / 255.0;
                features[32 + ring] +=
                        Math.abs(value - pixels.at(0, y, x + 1)) + Math.abs(value - pixels.at(0, y + 1, x));
            }
        }
        double length =
                Math.sqrt(Arrays.stream(features).map(value -> value * value).sum());
        return Arrays.stream(features).map(value -> value / length).toArray();
    }

    private static double nearestNeighbourAccuracy(DataSet objects, double[][] known) {
        Images train = objects.part(Part.TRAIN).orElseThrow();
        Images test = objects.part(Part.TEST).orElseThrow();
        int right = 0;
        for (int i = 0; i < test.size(); i++) {
            double[] asked = features(test.pixels(i));
            int best = 0;
            double bestDistance = Double.MAX_VALUE;
            for (int j = 0; j < known.length; j++) {
                double distance = 0;
                for (int k = 0; k < FEATURES; k++) {
                    distance += (asked[k] - known[j][k]) * (asked[k] - known[j][k]);
                }
                if (distance < bestDistance) {
                    bestDistance = distance;
                    best = j;
                }
            }
            if (train.label(best) == test.label(i)) {
                right++;
            }
        }
        return right / (double) test.size();
    }
}
