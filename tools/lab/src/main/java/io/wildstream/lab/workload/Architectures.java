// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import io.wildstream.cluster.ArgumentException;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.ModelStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds the model directory that fits an architecture, an image shape and a number of classes. */
public final class Architectures {

    private final ModelStore store;
    private final ImageShape shape;
    private final int classes;

    /** The models of a store for images of a shape. */
    public Architectures(Path models, ImageShape shape, int classes) {
        this.store = new ModelStore(models);
        this.shape = shape;
        this.classes = classes;
    }

    /**
     * The directory of a built-in architecture, such as {@code lenet5}, or the one that was named.
     *
     * @throws ArgumentException when there is none, or it does not fit
     */
    public Path directory(String architecture, @Nullable Path named) {
        try {
            String builtIn = architecture + "-" + shape.channels() + "x" + shape.height() + "-" + classes;
            return requireFit(named == null ? store.directory(builtIn) : named.toAbsolutePath());
        } catch (ModelException e) {
            throw new ArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The teacher's architecture where none is named.
     *
     * @param builtIn whether the images are the built-in ones, for which a small network is enough
     */
    public String usualTeacher(boolean builtIn) {
        if (builtIn) {
            return "lenet5";
        }
        return shape.channels() == 1 ? "vgg" : "resnet20";
    }

    /** The students' architecture where none is named. */
    public String usualStudent() {
        return shape.channels() == 1 ? "lenet5" : "resnet8";
    }

    private Path requireFit(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new ArgumentException(directory + " is not a model directory");
        }
        ModelDescription description = ModelDescription.read(directory);
        boolean reads = description.input().equals(shape) || description.preprocessing() != null;
        if (!reads || description.classCount() != classes) {
            throw new ArgumentException(
                    directory + " reads " + description.input() + " images of " + description.classCount()
                            + " classes, the image set has " + shape + " images of " + classes + " classes"
                            + (reads ? "" : "; with preprocessing in its model.json it would read images of any size"));
        }
        return directory;
    }
}
