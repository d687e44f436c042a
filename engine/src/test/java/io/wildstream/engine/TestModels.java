// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import java.nio.file.Path;
import java.util.List;

/** The built-in untrained models of the repository, for tests. */
public final class TestModels {

    /** Every built-in architecture. */
    public static final List<String> ARCHITECTURES = List.of("lenet5", "vgg", "resnet8", "resnet20");

    private TestModels() {}

    public static Path root() {
        return Path.of(System.getProperty("test.models", "../deploy/models"));
    }

    public static Path directory(String name) {
        return new ModelStore(root()).directory(name);
    }

    /** One linear layer without bias for 3x1x1 images of 5 classes. */
    public static Path linear() {
        return Path.of("src/test/resources/models/linear-3x1-5");
    }

    /** Names of all built-in models. */
    public static List<String> names() {
        return ARCHITECTURES.stream()
                .flatMap(name -> List.of("1x28-10", "1x28-100", "3x32-10", "3x32-100").stream()
                        .map(input -> name + "-" + input))
                .toList();
    }
}
