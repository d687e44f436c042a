// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.engine.TrainingOptions;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.data.procedural.ProceduralImages;
import io.wildstream.lab.terminal.Screen;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherCacheTest {

    private static final Path LENET = Path.of("../../deploy/models/lenet5-1x28-10");

    @TempDir
    Path directory;

    private final StringWriter written = new StringWriter();

    @Test
    void trainsOnceForEachSetOfImagesAndOptions() {
        // Given
        TeacherCache cache = new TeacherCache(directory, new Screen(new PrintWriter(written), false, 80));
        TrainingOptions options = TrainingOptions.DEFAULT.withEpochs(1).withSeed(1);

        // When
        var first = cache.get(mixture(7, 256), LENET, options);
        var again = cache.get(mixture(8, 256), LENET, options);
        var otherSeed = cache.get(mixture(7, 256), LENET, options.withSeed(2));
        var otherImages = cache.get(mixture(7, 128), LENET, options);

        // Then
        assertThat(first.trainedNow()).isTrue();
        assertThat(again.trainedNow()).isFalse();
        assertThat(again.description().digest()).isEqualTo(first.description().digest());
        assertThat(otherSeed.trainedNow()).isTrue();
        assertThat(otherImages.trainedNow()).isTrue();
        assertThat(first.description().accuracy()).isBetween(0.0, 1.0);
        assertThat(written.toString()).contains("from the cache");
    }

    private static WildMixture mixture(long streamSeed, int teacherImages) {
        return WildMixture.of(ProceduralImages.objects(1, 400, 100))
                .teacherImages(teacherImages)
                .seed(streamSeed)
                .build();
    }
}
