// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A program for tests that is started as Prometheus is, and answers every request with 200 and nothing else. */
public final class FakePrometheus {

    private static final String ADDRESS = "--web.listen-address=127.0.0.1:";

    private FakePrometheus() {}

    /** Listens where Prometheus is told to. */
    public static void main(String[] arguments) throws IOException {
        int port = Arrays.stream(arguments)
                .filter(argument -> argument.startsWith(ADDRESS))
                .mapToInt(argument -> Integer.parseInt(argument.substring(ADDRESS.length())))
                .findFirst()
                .orElseThrow();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    /** Writes the program. */
    static Path program(Path directory) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path program = Files.writeString(
                directory.resolve("prometheus"),
                "#!/bin/sh\nexec '" + java + "' -XX:TieredStopAtLevel=1 -cp '" + System.getProperty("java.class.path")
                        + "' " + FakePrometheus.class.getName() + " \"$@\"\n");
        if (!program.toFile().setExecutable(true)) {
            throw new IOException(program + " cannot be made executable");
        }
        return program;
    }
}
