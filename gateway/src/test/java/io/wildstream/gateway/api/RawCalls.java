// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.wildstream.contracts.v1.CurriculumServiceGrpc;
import io.wildstream.gateway.testkit.Door;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Calls whose requests are bytes, whatever they mean. */
final class RawCalls {

    private static final MethodDescriptor.Marshaller<byte[]> RAW = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private RawCalls() {}

    /** Calls UpdateSelectionPolicy with a request of these bytes. */
    static void updateSelectionPolicy(Door door, byte[] bytes) {
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder(RAW, RAW)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(
                        CurriculumServiceGrpc.getUpdateSelectionPolicyMethod().getFullMethodName())
                .build();
        ClientCalls.blockingUnaryCall(door.channel(), method, CallOptions.DEFAULT, bytes);
    }
}
