// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/** Tells whether a process can be used; called repeatedly until it is ready. */
@FunctionalInterface
public interface Readiness {

    /** Whether it is ready now; false too when nobody answers. */
    boolean isReady();

    /** Ready when a loopback port accepts connections. */
    static Readiness port(int port) {
        return () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
                return true;
            } catch (IOException e) {
                return false;
            }
        };
    }

    /** Ready when the health check of a service on this loopback port is good. */
    static Readiness health(int port) {
        return answers(port, "/q/health/ready");
    }

    /** Whether the liveness check of a service on this loopback port is good. */
    static Readiness live(int port) {
        return answers(port, "/q/health/live");
    }

    /** Ready when a program on this loopback port answers a request with 200. */
    static Readiness answers(int port, String path) {
        return () -> {
            try {
                HttpURLConnection connection = (HttpURLConnection)
                        URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
                connection.setConnectTimeout(500);
                connection.setReadTimeout(5000);
                int status = connection.getResponseCode();
                connection.disconnect();
                return status == HttpURLConnection.HTTP_OK;
            } catch (IOException e) {
                return false;
            }
        };
    }

    /** Ready at once. */
    static Readiness immediate() {
        return () -> true;
    }
}
