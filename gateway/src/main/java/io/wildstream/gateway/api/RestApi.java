// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/** What {@code /q/openapi} says about the REST API as a whole. */
@OpenAPIDefinition(
        info = @Info(title = "Wildstream gateway", version = "v1", description = RestApi.DESCRIPTION),
        security = @SecurityRequirement(name = "token"))
@SecurityScheme(
        securitySchemeName = "token",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "The value of wildstream.gateway.token; not needed when none is set.")
public class RestApi extends Application {

    static final String DESCRIPTION =
            "Reads of the gRPC API wildstream.v1 and the upload of single samples. Bodies are the"
                    + " messages of that API as proto3 JSON; errors are application/problem+json. Commands and streams are in the gRPC API"
                    + " on the same port, which supports reflection.";
}
