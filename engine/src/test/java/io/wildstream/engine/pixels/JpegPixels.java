// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a Java platform reads from the JPEG files of the tests, in this process or in one of another platform. */
final class JpegPixels {

    private static final int SIDE = 16;

    private JpegPixels() {}

    /** Folders of files with the pixels that Pillow gives for them. */
    static List<Path> folders() throws IOException {
        return list(Path.of("src/test/resources/jpeg").toAbsolutePath());
    }

    /** The files of a folder. */
    static List<Path> files(Path folder) throws IOException {
        return list(folder).stream()
                .filter(file -> file.toString().endsWith(".jpg"))
                .toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    /** Bytes of a file of 16x16 pixels, channels first. */
    static int[] of(Path file, int channels) throws IOException, InvalidSampleException {
        FloatBuffer values = FloatBuffer.allocate(channels * SIDE * SIDE);
        new SampleDecoder(description(channels)).decode(sample(Files.readAllBytes(file)), values);
        int[] bytes = new int[values.capacity()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Math.round(values.get(i) * 255);
        }
        return bytes;
    }

    static Sample sample(byte[] jpeg) {
        return Sample.newBuilder()
                .setContentType("image/jpeg")
                .setPayload(ByteString.copyFrom(jpeg))
                .build();
    }

    static ModelDescription description(int channels) {
        List<Float> zeros = java.util.Collections.nCopies(channels, 0f);
        List<Float> ones = java.util.Collections.nCopies(channels, 1f);
        ImageShape shape = new ImageShape(channels, SIDE, SIDE);
        return new ModelDescription(
                "m", shape, List.of("a", "b"), zeros, ones, 1, "", null, List.of(), List.of(), null, null);
    }

    /** Prints a line for each of the files that are named. */
    public static void main(String[] files) throws IOException, InvalidSampleException {
        for (String file : files) {
            for (int channels : new int[] {1, 3}) {
                System.out.println(line(Path.of(file), channels));
            }
        }
    }

    static String line(Path file, int channels) throws IOException, InvalidSampleException {
        return file.getFileName() + " " + channels + " " + java.util.Arrays.hashCode(of(file, channels));
    }

    /** Runs {@link #main} on another Java platform and gives what it prints. */
    static List<String> on(Path java, List<Path> files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(java.toString(), "-cp", System.getProperty("java.class.path"), JpegPixels.class.getName()));
        files.forEach(file -> command.add(file.toString()));
        Process process = new ProcessBuilder(command).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String problems = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(java + " failed: " + problems);
        }
        return printed.lines().toList();
    }
}
