// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import io.grpc.StatusRuntimeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.wildstream.gateway.ApiErrors;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns failures of REST calls into RFC 9457 problems: the title is the gRPC code, {@code errors} names the fields. */
class Problems {

    static final String TYPE = "application/problem+json";

    @ServerExceptionMapper
    Response failed(StatusRuntimeException failure) {
        int http = ApiErrors.httpStatus(failure.getStatus().getCode());
        JsonObject problem = new JsonObject()
                .put("title", failure.getStatus().getCode().name())
                .put("status", http)
                .put("detail", failure.getStatus().getDescription());
        JsonArray errors = new JsonArray();
        ApiErrors.fields(failure)
                .forEach(field -> errors.add(
                        new JsonObject().put("field", field.getField()).put("detail", field.getDescription())));
        if (!errors.isEmpty()) {
            problem.put("errors", errors);
        }
        Response.ResponseBuilder response = Response.status(http).type(TYPE).entity(problem.encode());
        ApiErrors.retryAfter(failure).ifPresent(seconds -> response.header("Retry-After", seconds));
        return response.build();
    }

    @ServerExceptionMapper
    Response failed(RuntimeException failure) {
        if (failure instanceof jakarta.ws.rs.WebApplicationException web) {
            return web.getResponse();
        }
        return failed(ApiErrors.of(failure));
    }
}
