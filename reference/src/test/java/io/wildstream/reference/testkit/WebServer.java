// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A web server on the loopback address that writes to the wire what a test tells it, with or without TLS. */
public final class WebServer implements AutoCloseable {

    /** Names that the server's certificate is for; a test lets them resolve to {@code 127.0.0.1}. */
    public static final List<String> NAMES = List.of("photos.example.com", "other.example.com", "localhost");

    private static final String PASSWORD = "password";

    /** What the server writes for one path; the connection is closed afterwards. */
    @FunctionalInterface
    public interface Answer {

        /** Writes head and body. */
        void write(OutputStream out) throws IOException;
    }

    private final ServerSocket server;
    private final @Nullable Path authority;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private WebServer(ServerSocket server, @Nullable Path authority) {
        this.server = server;
        this.authority = authority;
        Thread thread = new Thread(this::accept, "web-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** A server without TLS. */
    public static WebServer plain() throws IOException {
        return plain(0);
    }

    /** A server without TLS on a port. */
    public static WebServer plain(int port) throws IOException {
        return new WebServer(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), null);
    }

    /** A server with TLS and a certificate that it signed itself. */
    public static WebServer secure(Path directory) throws IOException, InterruptedException {
        Path store = directory.resolve("server.p12");
        Path authority = directory.resolve("authority.pem");
        List<String> names = NAMES.stream().map(name -> "dns:" + name).toList();
        keytool(
                "-genkeypair",
                "-alias",
                "s",
                "-keyalg",
                "EC",
                "-dname",
                "CN=server",
                "-validity",
                "30",
                "-ext",
                "san=" + String.join(",", names),
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "s",
                "-file",
                authority.toString(),
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return new WebServer(
                    context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                    authority);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + printed);
        }
    }

    /** A complete answer. */
    public static Answer ok(byte[] body) {
        return raw("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n\r\n", body);
    }

    /** An answer of a status and nothing else. */
    public static Answer status(int status) {
        return raw("HTTP/1.1 " + status + " x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", new byte[0]);
    }

    /** An answer that leads somewhere else. */
    public static Answer redirect(String location) {
        return raw(
                "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                new byte[0]);
    }

    /** An answer as it goes over the wire. */
    public static Answer raw(String head, byte[] body) {
        return out -> {
            out.write(head.getBytes(ISO_8859_1));
            out.write(body);
        };
    }

    /** What the server answers at a path from now on; 404 where nothing is said. */
    public void answer(String path, Answer answer) {
        answers.put(path, answer);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** PEM file of the certificate. */
    public Path authority() {
        return java.util.Objects.requireNonNull(authority);
    }

    /** The paths that were asked for, in order. */
    public List<String> requests() {
        return requests;
    }

    /** Connections that were made, with or without a request. */
    public int connections() {
        return connections.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                open.add(socket);
                Thread thread = new Thread(() -> serve(socket), "web-server-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (SocketException e) {
                return; // closed
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            String line = in.readLine();
            if (line == null) {
                return;
            }
            String path = line.split(" ")[1];
            requests.add(path);
            while (!in.readLine().isEmpty()) {
                // the headers
            }
            answers.getOrDefault(path, status(404)).write(socket.getOutputStream());
            socket.getOutputStream().flush();
        } catch (IOException e) {
            // the client went away, which some tests want
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
