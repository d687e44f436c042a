// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import io.wildstream.engine.ImageShape;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.ImageFile;
import io.wildstream.lab.data.ImageHeader;
import io.wildstream.lab.data.Images;
import io.wildstream.lab.data.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** PNG and JPEG files as they are, read from memory or one by one from disk, decoded on demand. */
final class EncodedImages implements Images {
    private final Path origin;
    private final List<LabelledPath> files;
    private final Loader loader;

    /** Where the bytes of an image come from. */
    interface Loader {
        byte[] load(String path) throws IOException;
    }

    /**
     * @param origin the directory or archive that the files are in
     * @param files their places in it and their labels
     * @param loader gives the bytes of one place
     */
    EncodedImages(Path origin, List<LabelledPath> files, Loader loader) {
        this.origin = origin;
        this.files = List.copyOf(files);
        this.loader = loader;
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public int label(int index) {
        return files.get(index).label();
    }

    @Override
    public String contentType(int index) {
        return ImageHeader.contentType(payload(index))
                .orElseThrow(() -> new DataSetException(origin, file(index), "neither a PNG nor a JPEG file"));
    }

    @Override
    public byte[] payload(int index) {
        try {
            return loader.load(files.get(index).path());
        } catch (IOException e) {
            throw new DataSetException(origin, file(index), "cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public ImageShape shape(int index) {
        try {
            return ImageHeader.shape(payload(index));
        } catch (IllegalArgumentException e) {
            throw new DataSetException(origin, file(index), String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Pixels pixels(int index) {
        try {
            return ImageFile.decode(payload(index));
        } catch (IllegalArgumentException e) {
            throw new DataSetException(origin, file(index), "cannot be decoded: " + e.getMessage(), e);
        }
    }

    private String file(int index) {
        return files.get(index).path();
    }
}
