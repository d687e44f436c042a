// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import io.wildstream.cluster.ArgumentException;
import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.HoldoutFile;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.format.DataSets;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.lab.data.procedural.ProceduralImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Opens the images of a workload. */
public final class WorkloadData {

    /** The built-in images are the same whatever the seed of the run: so is the teacher that was trained on them. */
    private static final long BUILT_IN_SEED = 2026;

    private static final int BUILT_IN_TEACHER = 12000;
    private static final int BUILT_IN_IN_DOMAIN = 12000;
    private static final int BUILT_IN_TEST = 2000;
    private static final int BUILT_IN_LOOKALIKES = 14000;
    private static final int BUILT_IN_TEXTURES = 14000;

    /** In-domain share of the built-in stream when none is named: related images are rare, as in the wild. */
    static final double BUILT_IN_SHARE = 0.065;

    private WorkloadData() {}

    /**
     * Opens everything and mixes the stream.
     *
     * @param teacher model directory of the ready teacher, or null: where it reads pictures of any size, they are sent as they are
     * @throws ArgumentException when something is missing or does not fit; the message names it
     */
    public static WildMixture open(WorkloadSettings.DataSettings settings, @Nullable Path teacher, long seed) {
        return open(settings, teacher, seed, false);
    }

    /**
     * The same for a cluster that is fed later: the stream may be empty. A ready teacher needs no image set: where none is named and the
     * built-in images are not of its shape or classes, there is none.
     *
     * @param teacher model directory of the ready teacher, or null
     * @throws ArgumentException when something is missing or does not fit; the message names it
     */
    public static WildMixture openToBeFed(WorkloadSettings.DataSettings settings, @Nullable Path teacher, long seed) {
        if (teacher != null && settings.original() == null && settings.wild().isEmpty()) {
            DataSet described = setOf(teacher);
            DataSet builtIn = ProceduralImages.objects(BUILT_IN_SEED, 1, 1);
            if (!described.shape().equals(builtIn.shape())
                    || described.classes().size() != builtIn.classes().size()) {
                return WildMixture.of(described).mayBeEmpty(true).build();
            }
        }
        return open(settings, teacher, seed, true);
    }

    /** What a teacher was made for, without any image. */
    private static DataSet setOf(Path teacher) {
        ModelDescription model = described(teacher);
        String name = teacher.toAbsolutePath().normalize().getFileName().toString();
        return new DataSet(name, model.image(), model.classes(), Map.of());
    }

    private static ModelDescription described(Path teacher) {
        try {
            return ModelDescription.read(teacher);
        } catch (ModelException e) {
            throw new ArgumentException("--teacher-model: " + e.getMessage(), e);
        }
    }

    private static WildMixture open(
            WorkloadSettings.DataSettings settings, @Nullable Path teacher, long seed, boolean mayBeEmpty) {
        ModelDescription ready = teacher == null ? null : described(teacher);
        try {
            WildMixture.Builder builder =
                    settings.original() == null ? builtIn(settings.pure()) : files(settings.original());
            builder.wild(settings.wild().stream().map(DataSets::open).toList())
                    .seed(seed)
                    .mayBeEmpty(mayBeEmpty);
            if (ready != null && ready.preprocessing() != null) {
                builder.anySize(ready.image());
            }
            apply(builder, settings);
            WildMixture mixture = builder.build();
            mixture.test();
            return mixture;
        } catch (DataSetException | IllegalArgumentException | IllegalStateException e) {
            throw new ArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The built-in stream as the demo feeds it. */
    public static WildMixture builtInStream() {
        return builtIn(false).build();
    }

    /**
     * Writes the test part for trainers that measure on it.
     *
     * @return the file
     */
    public static Path writeHoldout(Path file, WildMixture mixture) {
        try {
            HoldoutFile.write(file, mixture.holdout());
            return file;
        } catch (IOException e) {
            throw new ClusterException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void apply(WildMixture.Builder builder, WorkloadSettings.DataSettings settings) {
        Integer images = settings.teacherImages();
        if (images != null) {
            builder.teacherImages(images);
        }
        Double share = settings.inDomainShare();
        if (share != null) {
            builder.inDomainShare(share);
        }
        Integer limit = settings.limit();
        if (limit != null) {
            builder.limit(limit);
        }
    }

    private static WildMixture.Builder builtIn(boolean pure) {
        DataSet objects = ProceduralImages.objects(BUILT_IN_SEED, BUILT_IN_TEACHER + BUILT_IN_IN_DOMAIN, BUILT_IN_TEST);
        WildMixture.Builder original = WildMixture.of(objects).teacherImages(BUILT_IN_TEACHER);
        return pure
                ? original
                : original.wild(ProceduralImages.lookalikes(BUILT_IN_SEED, BUILT_IN_LOOKALIKES))
                        .wild(ProceduralImages.textures(BUILT_IN_SEED, BUILT_IN_TEXTURES))
                        .inDomainShare(BUILT_IN_SHARE);
    }

    private static WildMixture.Builder files(Path original) {
        DataSet set = DataSets.open(original);
        if (!set.trainOrOnly().labelled()) {
            throw new IllegalArgumentException(original + " has no labels: a teacher cannot learn from it");
        }
        return WildMixture.of(set);
    }

    /** Class names of the original set, numbers where it has none. */
    public static List<String> classes(DataSet set) {
        List<String> names = new ArrayList<>(set.classes());
        IntStream.range(names.size(), set.classCount()).forEach(label -> names.add(Integer.toString(label)));
        return names;
    }
}
