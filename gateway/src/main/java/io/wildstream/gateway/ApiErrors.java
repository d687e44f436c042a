// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.wildstream.contracts.Topics;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where failures become gRPC statuses. An invalid field is INVALID_ARGUMENT, named in the message and in a {@code
 * google.rpc.BadRequest} detail; an unexpected failure is INTERNAL and logged with its stack trace, which the caller does not see.
 */
public final class ApiErrors {

    private static final Logger LOGGER = LoggerFactory.getLogger(ApiErrors.class);

    private ApiErrors() {}

    /** A field is invalid. */
    public static StatusRuntimeException invalid(String field, String problem) {
        return invalid(List.of(field + ": " + problem));
    }

    /** Several fields are invalid; each problem begins with its field and a colon. */
    public static StatusRuntimeException invalid(List<String> problems) {
        BadRequest.Builder fields = BadRequest.newBuilder();
        for (String problem : problems) {
            int colon = problem.indexOf(':');
            fields.addFieldViolations(FieldViolation.newBuilder()
                    .setField(colon < 0 ? problem : problem.substring(0, colon))
                    .setDescription(
                            colon < 0 ? problem : problem.substring(colon + 1).strip()));
        }
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(Code.INVALID_ARGUMENT_VALUE)
                .setMessage(String.join("; ", problems))
                .addDetails(Any.pack(fields.build()))
                .build());
    }

    /** Fails with INVALID_ARGUMENT unless the field is a valid name of a curriculum, student or condensation. */
    public static String requireName(String field, String name) {
        try {
            return Topics.requireName(field, name);
        } catch (IllegalArgumentException e) {
            throw invalid(
                    field,
                    "must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter, got '"
                            + shown(name) + "'");
        }
    }

    /** What is named does not exist. */
    public static StatusRuntimeException notFound(String kind, String name) {
        return Status.NOT_FOUND
                .withDescription(kind + " '" + name + "' does not exist")
                .asRuntimeException();
    }

    /** What is to be created exists. */
    public static StatusRuntimeException exists(String kind, String name) {
        return Status.ALREADY_EXISTS
                .withDescription(kind + " '" + name + "' already exists")
                .asRuntimeException();
    }

    /** Something else must hold first. */
    public static StatusRuntimeException precondition(String missing) {
        return Status.FAILED_PRECONDITION.withDescription(missing).asRuntimeException();
    }

    /** Kafka does not answer; the caller may try again. */
    public static StatusRuntimeException unavailable(String what) {
        return Status.UNAVAILABLE.withDescription(what).asRuntimeException();
    }

    /** The gateway is stopping; the caller may try again. */
    public static StatusRuntimeException stopping() {
        return unavailable("the gateway is stopping");
    }

    /** Something that was waited for did not happen in time. */
    public static StatusRuntimeException tooLate(String what) {
        return Status.DEADLINE_EXCEEDED.withDescription(what).asRuntimeException();
    }

    /** There is no room now; the caller may try again after some seconds. */
    public static StatusRuntimeException tryAgain(String what, int seconds) {
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
                .setMessage(what + "; try again in " + seconds + " s")
                .addDetails(Any.pack(RetryInfo.newBuilder()
                        .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(seconds))
                        .build()))
                .build());
    }

    /** Any failure as the error of a call. */
    public static StatusRuntimeException of(Throwable failure) {
        if (failure instanceof StatusRuntimeException status) {
            return status;
        }
        if (failure instanceof RejectedExecutionException) {
            return tryAgain("too many calls of this kind at once", 1);
        }
        if (failure instanceof org.apache.kafka.common.errors.InterruptException) {
            return stopping(); // or the caller has gone, and reads no answer
        }
        if (failure instanceof org.apache.kafka.common.KafkaException) {
            LOGGER.warn("Kafka failed cause={}", failure.toString());
            return unavailable("Kafka failed: " + failure.getMessage());
        }
        LOGGER.error("unexpected failure", failure);
        return Status.INTERNAL
                .withDescription("unexpected failure; see the log of the gateway")
                .asRuntimeException();
    }

    /** The HTTP status for a gRPC status, as in google/rpc/code.proto. */
    public static int httpStatus(Status.Code code) {
        return switch (code) {
            case OK -> 200;
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case ALREADY_EXISTS, ABORTED -> 409;
            case RESOURCE_EXHAUSTED -> 429;
            case CANCELLED -> 499;
            case UNIMPLEMENTED -> 501;
            case UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
            case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
        };
    }

    /** The fields that a failure names, possibly none. */
    public static List<FieldViolation> fields(StatusRuntimeException failure) {
        com.google.rpc.@Nullable Status status = StatusProto.fromThrowable(failure);
        if (status == null) {
            return List.of();
        }
        return status.getDetailsList().stream()
                .filter(detail -> detail.is(BadRequest.class))
                .map(detail -> unpack(detail, BadRequest.class))
                .flatMap(request -> request.getFieldViolationsList().stream())
                .toList();
    }

    /** Seconds after which the caller should try again; empty when the failure does not say. */
    public static OptionalLong retryAfter(StatusRuntimeException failure) {
        com.google.rpc.@Nullable Status status = StatusProto.fromThrowable(failure);
        if (status == null) {
            return OptionalLong.empty();
        }
        return status.getDetailsList().stream()
                .filter(detail -> detail.is(RetryInfo.class))
                .mapToLong(detail ->
                        unpack(detail, RetryInfo.class).getRetryDelay().getSeconds())
                .findFirst();
    }

    /** Text from a client in a form that an error message may repeat: short, without control characters. */
    public static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= 80 ? plain : plain.substring(0, 80) + "...";
    }

    private static <T extends Message> T unpack(Any detail, Class<T> type) {
        try {
            return detail.unpack(type);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
