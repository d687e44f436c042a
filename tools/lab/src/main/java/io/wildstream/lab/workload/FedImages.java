// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import io.wildstream.cluster.ArgumentException;
import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.format.DataSets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Images to feed, one set after the other, each in its own order and in the shape that the teacher takes. */
public final class FedImages {

    /** The name that stands for the built-in wild stream. */
    public static final String BUILT_IN = "built-in";

    private final List<Part> parts;

    /** One set. */
    private record Part(int size, IntFunction<Sample> sample) {}

    private FedImages(List<Part> parts) {
        this.parts = parts;
    }

    /**
     * Opens image sets.
     *
     * @param paths of the sets, or {@link #BUILT_IN}
     * @throws ArgumentException when one cannot be read
     */
    public static FedImages open(List<String> paths, ImageShape shape) {
        return new FedImages(paths.stream().map(path -> part(path, shape)).toList());
    }

    private static Part part(String path, ImageShape shape) {
        if (path.equals(BUILT_IN)) {
            var mixture = WorkloadData.builtInStream();
            return new Part(mixture.size(), i -> mixture.entry(i).sample());
        }
        try {
            DataSet set = DataSets.open(Path.of(path));
            Images images = set.trainOrOnly();
            return new Part(images.size(), i -> images.sample(i, set.name(), i, shape));
        } catch (DataSetException e) {
            throw new ArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The shape of the images that the running teacher takes.
     *
     * @throws ClusterException when no teacher is alive
     */
    public static ImageShape teacherShape(PipelineStatus status) {
        List<Integer> shape = status.getInstancesList().stream()
                .filter(InstanceStatus::hasTeacher)
                .map(instance -> instance.getTeacher().getInputShapeList())
                .filter(list -> list.size() == 3)
                .findFirst()
                .orElseThrow(() -> new ClusterException("no teacher is alive: 'wildstream status' shows what runs"));
        return new ImageShape(shape.get(0), shape.get(1), shape.get(2));
    }

    /** Number of images. */
    public long size() {
        return parts.stream().mapToLong(Part::size).sum();
    }

    /** All images as samples. */
    public Iterator<Sample> samples() {
        return parts.stream()
                .flatMap(part -> IntStream.range(0, part.size()).mapToObj(part.sample()))
                .iterator();
    }
}
