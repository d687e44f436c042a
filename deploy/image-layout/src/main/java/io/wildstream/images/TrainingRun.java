// SPDX-License-Identifier: Apache-2.0
package io.wildstream.images;

import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.Ports;
import io.wildstream.cluster.process.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Starts the program of an image until it is ready, with a broker beside it, and stops it, so that the Java runtime writes its
 * ahead-of-time cache: the classes that a start loads, linked. The cache holds for this very runtime and class path; with any other the
 * runtime goes without.
 */
public final class TrainingRun {

    private static final Path JAVA = Path.of("/opt/jre/bin/java");
    private static final Path CACHE = Path.of(ImageLayout.ROOT, "cache", "startup.aot");
    private static final Path BROKER = Path.of("/training/broker");
    private static final Path MODELS = Path.of("/training/models");
    private static final int START_SECONDS = 300;
    private static final int STOP_SECONDS = 600;
    private static final int POLL_MILLIS = 200;

    private final ImageKind kind;
    private final Path scratch;
    private final Map<String, Integer> ports = Ports.free(List.of("broker", "controller", "service"));

    private TrainingRun(ImageKind kind, Path scratch) {
        this.kind = kind;
        this.scratch = scratch;
    }

    /** Environment: {@code SERVICE}, the last part of the image's name. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String image = System.getenv("SERVICE");
        if (image == null) {
            throw new ClusterException("the build argument SERVICE is not set: name one of the images");
        }
        Files.createDirectories(CACHE.getParent());
        new TrainingRun(ImageKind.of(image), Files.createTempDirectory("training")).run();
    }

    private void run() throws IOException, InterruptedException {
        if (!kind.service()) {
            train(brokerPorts(), Readiness.port(port("broker")));
            return;
        }
        Process broker = start(broker());
        try {
            await(broker, Readiness.port(port("broker")));
            train(List.of(), Readiness.health(port("service")));
        } finally {
            broker.destroy();
        }
    }

    private void train(List<String> arguments, Readiness readiness) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JAVA.toString(), "-XX:AOTCacheOutput=" + CACHE));
        if (kind.service()) {
            command.add("-Dkafka.bootstrap.servers=127.0.0.1:" + port("broker"));
            command.add("-Dquarkus.http.port=" + port("service"));
            kind.defaults().forEach(line -> command.add("-D" + here(line)));
            kind.trainingOptions().forEach(line -> command.add("-D" + line));
        }
        command.add("@" + ImageLayout.ROOT + "/app/" + ImageLayout.LAUNCH);
        command.addAll(arguments);
        Process process = start(command);
        try {
            await(process, readiness);
            process.destroy();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS) || !Files.exists(CACHE)) {
                throw new ClusterException(
                        kind.image() + " wrote no ahead-of-time cache within " + STOP_SECONDS + " s");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** A setting that names a directory of this run instead of one of the image. */
    private String here(String setting) {
        return setting.replace(ImageKind.DATA, scratch.toString()).replace("=" + ImageKind.MODELS, "=" + MODELS);
    }

    private List<String> broker() {
        List<String> command = new ArrayList<>(List.of(
                JAVA.toString(), "-XX:+UseSerialGC", "-cp", BROKER.resolve("*").toString()));
        command.add("io.wildstream.cluster.broker.BrokerMain");
        command.add(scratch.resolve("broker").toString());
        command.addAll(brokerPorts());
        return command;
    }

    private List<String> brokerPorts() {
        return List.of(Integer.toString(port("broker")), Integer.toString(port("controller")));
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).inheritIO().start();
    }

    private void await(Process process, Readiness readiness) throws InterruptedException {
        long begun = System.nanoTime();
        while (!readiness.isReady()) {
            if (!process.isAlive()) {
                throw new ClusterException(
                        kind.image() + " ended with status " + process.exitValue() + " before it was ready");
            }
            if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(START_SECONDS)) {
                throw new ClusterException(kind.image() + " was not ready after " + START_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private int port(String name) {
        Integer port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException("no port for " + name);
        }
        return port;
    }
}
