// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds model directories by name below one or more roots; an earlier root hides a later one. */
public final class ModelStore {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final List<Path> roots;
    private final Set<String> allowed;

    /** A store over these roots; a root that does not exist is empty. */
    public ModelStore(Path... roots) {
        this(List.of(roots));
    }

    /** A store over these roots, at least one; a root that does not exist is empty. */
    public ModelStore(List<Path> roots) {
        this(roots, Set.of());
    }

    /**
     * A store over these roots, at least one; a root that does not exist is empty.
     *
     * @param allowed SHA-256 of each {@code model.pt} that may be loaded, in lower case; empty for all: TorchScript is code
     */
    public ModelStore(List<Path> roots, Set<String> allowed) {
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("A model store needs at least one root directory");
        }
        this.roots = List.copyOf(roots);
        this.allowed = Set.copyOf(allowed);
    }

    /**
     * Directory of a model: one that holds {@code model.json}.
     *
     * @throws ModelException when there is none, and the message lists the names that there are; or when it may not be loaded
     */
    public Path directory(String name) {
        if (NAME.matcher(name).matches()) {
            for (Path root : roots) {
                Path directory = root.resolve(name);
                if (isModel(directory)) {
                    requireAllowed(directory.resolve(ModelDescription.MODULE_FILE));
                    return directory;
                }
            }
        }
        throw new ModelException("There is no model '%s' in %s; available: %s".formatted(name, roots, names()));
    }

    private void requireAllowed(Path module) {
        if (allowed.isEmpty() || !Files.isRegularFile(module)) {
            return;
        }
        String digest = Digests.sha256(module);
        if (!allowed.contains(digest)) {
            throw new ModelException(module + " may not be loaded: its SHA-256 " + digest
                    + " is not named by the key 'allowed-models' of this service; add it there if you trust the model");
        }
    }

    /** Names of all models, sorted. */
    public List<String> names() {
        TreeSet<String> names = new TreeSet<>();
        for (Path root : roots) {
            if (Files.isDirectory(root)) {
                try (Stream<Path> entries = Files.list(root)) {
                    entries.filter(ModelStore::isModel)
                            .forEach(entry -> names.add(entry.getFileName().toString()));
                } catch (IOException e) {
                    throw new ModelException("Cannot list " + root, e);
                }
            }
        }
        return List.copyOf(names);
    }

    private static boolean isModel(Path directory) {
        return Files.isRegularFile(directory.resolve(ModelDescription.DESCRIPTION_FILE));
    }
}
