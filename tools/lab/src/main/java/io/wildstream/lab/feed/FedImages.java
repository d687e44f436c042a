// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.feed;

import io.wildstream.cluster.ArgumentException;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherStatus;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.format.DataSets;
import io.wildstream.lab.data.format.FileSet;
import io.wildstream.lab.workload.WorkloadData;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images to feed, one set after the other. Files are sent as they are, with the content type that their first bytes show, and images of IDX
 * and CIFAR-10 files as tensors of their own shape: whether a network can read them is for the cluster to say.
 */
public final class FedImages {

    /** The name that stands for the built-in wild stream. */
    public static final String BUILT_IN = "built-in";

    private final List<Part> parts;
    private final FedCounts counts;

    /** One set; its sample at a place is null when that is left out, which is counted then. */
    private record Part(int size, IntFunction<@Nullable Sample> sample) {}

    private FedImages(List<Part> parts, FedCounts counts) {
        this.parts = parts;
        this.counts = counts;
    }

    /**
     * Opens image sets.
     *
     * @param paths of the sets, or {@link #BUILT_IN}
     * @param teacher the shape that the teacher reads, for a count of the images of another size; null when no teacher runs
     * @throws ArgumentException when one cannot be opened
     */
    public static FedImages open(List<String> paths, @Nullable ImageShape teacher) {
        FedCounts counts = new FedCounts(teacher);
        try {
            return new FedImages(paths.stream().map(path -> part(path, counts)).toList(), counts);
        } catch (DataSetException e) {
            throw new ArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Part part(String path, FedCounts counts) {
        if (path.equals(BUILT_IN)) {
            var mixture = WorkloadData.builtInStream();
            return new Part(mixture.size(), i -> counts.counted(mixture.entry(i).sample(), mixture.shape()));
        }
        Optional<FileSet> files = DataSets.files(Path.of(path));
        if (files.isPresent()) {
            FedFiles fed = new FedFiles(files.get(), counts);
            return new Part(fed.size(), fed::sample);
        }
        DataSet set = DataSets.open(Path.of(path));
        Images images = set.trainOrOnly();
        return new Part(
                images.size(), i -> counts.counted(images.sample(i, set.name(), i, images.shape(i)), images.shape(i)));
    }

    /** The shape that images must have for the running teacher; null when it takes any size, and when no teacher is alive. */
    public static @Nullable ImageShape teacherShape(PipelineStatus status) {
        return status.getInstancesList().stream()
                .filter(InstanceStatus::hasTeacher)
                .map(InstanceStatus::getTeacher)
                .filter(teacher -> teacher.getPreprocessing().isEmpty())
                .map(TeacherStatus::getInputShapeList)
                .filter(list -> list.size() == 3)
                .findFirst()
                .map(list -> new ImageShape(list.get(0), list.get(1), list.get(2)))
                .orElse(null);
    }

    /** Number of images and of files that may be some; fewer once files were found to be none. */
    public long size() {
        return parts.stream().mapToLong(Part::size).sum() - counts.leftOut();
    }

    /** What became of them so far. */
    public FedCounts counts() {
        return counts;
    }

    /** All images as samples. */
    public Iterator<Sample> samples() {
        return parts.stream()
                .flatMap(part -> IntStream.range(0, part.size()).mapToObj(part.sample()))
                .filter(Objects::nonNull)
                .iterator();
    }
}
