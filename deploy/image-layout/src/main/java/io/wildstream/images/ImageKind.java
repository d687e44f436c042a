// SPDX-License-Identifier: Apache-2.0
package io.wildstream.images;

import io.wildstream.cluster.ClusterException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The images: which program each holds, and the share of the container's memory that its heap may take. */
enum ImageKind {

    /** Most of its memory is libtorch's, outside the heap. */
    TEACHER(
            "teacher-service",
            40,
            List.of("wildstream.teacher.models=" + ImageKind.MODELS),
            List.of("wildstream.teacher.model=" + ImageKind.TRAINING_MODEL)),

    SELECTOR(
            "selector-service",
            50,
            List.of("wildstream.selector.state-directory=" + ImageKind.DATA + "/selector"),
            List.of()),

    /** Most of its memory is libtorch's, outside the heap. */
    TRAINER(
            "trainer-service",
            40,
            List.of(
                    "wildstream.trainer.models=" + ImageKind.MODELS,
                    "wildstream.trainer.checkpoints=" + ImageKind.DATA + "/checkpoints"),
            List.of("wildstream.trainer.student=training")),

    GATEWAY("gateway", 60, List.of(), List.of("wildstream.gateway.token=training-run-only")),

    /** A broker for trying things; half of its memory is left to the page cache. */
    KAFKA("kafka", 50, List.of(), List.of());

    /** The one directory that a container writes to, temporary files aside. */
    static final String DATA = "/var/lib/wildstream";

    /** Where the models are mounted. */
    static final String MODELS = "/models";

    private static final String TRAINING_MODEL = "lenet5-1x28-10";

    private final String image;
    private final int heapPercent;
    private final List<String> defaults;
    private final List<String> trainingOptions;

    ImageKind(String image, int heapPercent, List<String> defaults, List<String> trainingOptions) {
        this.image = image;
        this.heapPercent = heapPercent;
        this.defaults = defaults;
        this.trainingOptions = trainingOptions;
    }

    /**
     * Finds an image by the last part of its name.
     *
     * @throws ClusterException when there is none; the message names those that there are
     */
    static ImageKind of(String image) {
        return Arrays.stream(values())
                .filter(kind -> kind.image.equals(image))
                .findFirst()
                .orElseThrow(() -> new ClusterException("there is no image '" + image + "': use one of "
                        + Arrays.stream(values()).map(ImageKind::image).collect(Collectors.joining(", "))));
    }

    /** Last part of the image's name; for a service that of its module. */
    String image() {
        return image;
    }

    /** Largest heap, percent of the container's memory. */
    int heapPercent() {
        return heapPercent;
    }

    /** Configuration that environment variables override. */
    List<String> defaults() {
        return defaults;
    }

    /** Configuration without which the program would not get ready in the run at build time. */
    List<String> trainingOptions() {
        return trainingOptions;
    }

    /** Whether libtorch belongs into the image. */
    boolean torch() {
        return this == TEACHER || this == TRAINER;
    }

    /** Whether it is a Quarkus service; the broker is a plain program. */
    boolean service() {
        return this != KAFKA;
    }
}
