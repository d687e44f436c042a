// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Picks a loopback port for each user of one. A port is free when it is picked; nothing keeps it so until the process has taken it. */
public final class Ports {

    /** All processes of a local cluster listen there, whatever else the machine's loopback interface has. */
    private static final InetAddress LOOPBACK = loopback();

    private Ports() {}

    /** Free ports chosen by the operating system, all different. */
    public static Map<String, Integer> free(List<String> users) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        List<ServerSocket> held = new ArrayList<>();
        requireLoopback();
        try {
            for (String user : users) {
                ServerSocket socket = new ServerSocket(0, 1, LOOPBACK);
                held.add(socket);
                ports.put(user, socket.getLocalPort());
            }
            return ports;
        } catch (IOException e) {
            throw new ClusterException("no free port on the loopback interface: " + e.getMessage(), e);
        } finally {
            held.forEach(Ports::release);
        }
    }

    /**
     * Consecutive ports.
     *
     * @param base the first, in [1024, 65535 - number of users]
     * @throws ClusterException when the base is out of range or a port is taken; the message names it
     */
    public static Map<String, Integer> from(int base, List<String> users) {
        int last = base + users.size() - 1;
        if (base < 1024 || last > 65535) {
            throw new ClusterException(
                    "--port-base " + base + ": " + users.size() + " ports from there must lie in [1024, 65535]");
        }
        requireLoopback();
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (int i = 0; i < users.size(); i++) {
            int port = base + i;
            if (!isFree(port)) {
                throw new ClusterException("port " + port + " (" + users.get(i)
                        + ") is taken by another program: choose another --port-base");
            }
            ports.put(users.get(i), port);
        }
        return ports;
    }

    /**
     * Checks that this machine has the address where all processes listen.
     *
     * @throws ClusterException when it has not
     */
    static void requireLoopback() {
        requireAddress(LOOPBACK);
    }

    /**
     * Checks that this machine has an address.
     *
     * @throws ClusterException when it has not, as on a machine whose loopback interface has IPv6 only
     */
    static void requireAddress(InetAddress address) {
        try (ServerSocket unused = new ServerSocket(0, 1, address)) {
            return;
        } catch (BindException e) {
            throw new ClusterException(
                    "this machine has no address " + address.getHostAddress() + ", where a local cluster listens ("
                            + e.getMessage() + "): add it, on Linux with 'ip address add 127.0.0.1/8 dev lo'",
                    e);
        } catch (IOException e) {
            throw new ClusterException("cannot listen on " + address.getHostAddress() + ": " + e.getMessage(), e);
        }
    }

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** The port of a user that is known to have one. */
    static int of(Map<String, Integer> ports, String user) {
        Integer port = ports.get(user);
        if (port == null) {
            throw new IllegalArgumentException("no port for " + user + " among " + ports);
        }
        return port;
    }

    /** Whether a loopback port can be listened on now. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(LOOPBACK, port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void release(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
