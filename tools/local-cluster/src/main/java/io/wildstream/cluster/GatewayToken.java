// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import io.wildstream.cluster.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The token of a home's gateway, in a file that only its owner can read. It stays the same until the file is deleted. */
public final class GatewayToken {

    private static final int BYTES = 32;
    /** The least that a gateway takes. */
    private static final int SHORTEST = 16;

    private GatewayToken() {}

    /**
     * The token of a file, made at the first time.
     *
     * @throws ClusterException when the file cannot be used
     */
    public static String ensure(Path file) {
        String token = read(file);
        try {
            if (token == null) {
                byte[] bytes = new byte[BYTES];
                new SecureRandom().nextBytes(bytes);
                String made = HexFormat.of().formatHex(bytes);
                PrivateFiles.create(file, made + "\n");
                return made;
            }
            PrivateFiles.restrict(file);
        } catch (IOException e) {
            throw new ClusterException("the token file " + file + " cannot be used: " + e, e);
        }
        if (token.length() < SHORTEST) {
            throw new ClusterException("the token in " + file + " is shorter than " + SHORTEST
                    + " characters: write a longer one, or delete the file, and 'wildstream up' makes one");
        }
        return token;
    }

    /**
     * The token of a file, or null when there is no file.
     *
     * @throws ClusterException when the file cannot be read
     */
    public static @Nullable String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new ClusterException("the token file " + file + " cannot be read: " + e, e);
        }
    }
}
