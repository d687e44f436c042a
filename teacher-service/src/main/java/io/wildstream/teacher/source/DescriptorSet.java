// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The message types of a file that {@code protoc --include_imports --descriptor_set_out} wrote. */
final class DescriptorSet {

    private final Map<String, FileDescriptorProto> sources = new HashMap<>();
    private final Map<String, FileDescriptor> files = new HashMap<>();
    private final Map<String, Descriptor> messages = new TreeMap<>();

    private DescriptorSet() {}

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException when it cannot be read, is no descriptor set or lacks an import
     */
    static DescriptorSet read(Path file) {
        DescriptorSet set = new DescriptorSet();
        try {
            FileDescriptorSet read = FileDescriptorSet.parseFrom(Files.readAllBytes(file));
            read.getFileList().forEach(source -> set.sources.put(source.getName(), source));
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read as a descriptor set: " + e, e);
        }
        if (set.sources.isEmpty()) {
            throw new IllegalArgumentException("holds no file descriptors");
        }
        set.sources.keySet().forEach(set::build);
        return set;
    }

    /** The message types by full name, nested ones included. */
    Map<String, Descriptor> messages() {
        return messages;
    }

    private FileDescriptor build(String name) {
        FileDescriptor known = files.get(name);
        if (known != null) {
            return known;
        }
        FileDescriptorProto source = sources.get(name);
        if (source == null) {
            throw new IllegalArgumentException("lacks the imported file " + name + ": write it with --include_imports");
        }
        FileDescriptor[] imports =
                source.getDependencyList().stream().map(this::build).toArray(FileDescriptor[]::new);
        try {
            FileDescriptor built = FileDescriptor.buildFrom(source, imports);
            files.put(name, built);
            built.getMessageTypes().forEach(this::add);
            return built;
        } catch (DescriptorValidationException e) {
            throw new IllegalArgumentException("holds a broken description of " + name + ": " + e.getMessage(), e);
        }
    }

    private void add(Descriptor message) {
        messages.put(message.getFullName(), message);
        message.getNestedTypes().forEach(this::add);
    }
}
