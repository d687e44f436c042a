// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.Waits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;

/** A client of the gateway under test: one gRPC channel, and HTTP. */
public final class Door implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    static {
        Awaitility.setDefaultTimeout(Waits.PATIENT);
    }

    private final int port;
    private final ManagedChannel channel;
    /** The value of the header, or empty for none. */
    private final String authorization;

    public Door() {
        this(1 << 20);
    }

    /** A client that offers the server only so many bytes before it reads. */
    public Door(int flowControlWindow) {
        this(ownPort(), flowControlWindow);
    }

    /** A client of a gateway on a port of this machine. */
    public Door(int port, int flowControlWindow) {
        this(port, flowControlWindow, "");
    }

    private Door(int port, int flowControlWindow, String token) {
        this.port = port;
        authorization = token.isEmpty() ? "" : "Bearer " + token;
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .flowControlWindow(flowControlWindow)
                .maxInboundMessageSize(64 << 20);
        if (!authorization.isEmpty()) {
            Metadata headers = new Metadata();
            headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
            builder.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
        }
        channel = builder.build();
    }

    /** A client that sends a token with all calls and requests. */
    public static Door withToken(String token) {
        return new Door(ownPort(), 1 << 20, token);
    }

    private static int ownPort() {
        return ConfigProvider.getConfig().getValue("quarkus.http.port", Integer.class);
    }

    /** A profile's topic prefix, the same in each class loader that loads the profile. */
    public static String prefixOf(Class<?> profile) {
        return (String) System.getProperties()
                .computeIfAbsent("test.prefix." + profile.getName(), key -> TestBroker.prefix(profile));
    }

    public static String prefix() {
        return ConfigProvider.getConfig().getValue("wildstream.topic-prefix", String.class);
    }

    public int port() {
        return port;
    }

    public ManagedChannel channel() {
        return channel;
    }

    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }

    public HttpResponse<String> get(String path) {
        return send(request(path).GET().build());
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How a call fails. */
    public static StatusRuntimeException failure(ThrowingCallable call) {
        return Assertions.catchThrowableOfType(StatusRuntimeException.class, call);
    }

    /** The status code with which a call fails. */
    public static Status.Code code(ThrowingCallable call) {
        return failure(call).getStatus().getCode();
    }

    /** The fields that an INVALID_ARGUMENT names in its details. */
    public static List<String> fields(StatusRuntimeException failure) {
        try {
            com.google.rpc.Status status = StatusProto.fromThrowable(failure);
            return status.getDetails(0).unpack(com.google.rpc.BadRequest.class).getFieldViolationsList().stream()
                    .map(field -> field.getField())
                    .toList();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
