// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.smallrye.common.annotation.Blocking;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.access.AccessPolicy;
import io.wildstream.gateway.ingest.Ingest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Upload of single samples. */
@Path("/v1/samples")
@Blocking
@Tag(name = "Samples", description = "Upload of unlabelled images")
public class SamplesResource {

    private static final String MESSAGE = "application/protobuf";
    /** JSON takes many times its length while it is read. */
    private static final int LONGEST_JSON = 64 * 1024;

    private static final String EXAMPLE =
            "{\"id\": \"photo-17\", \"reference\": {\"address\": \"s3://photos/17.jpg\"}}";

    private final Ingest ingest;
    private final AccessPolicy policy;

    SamplesResource(Ingest ingest, AccessPolicy policy) {
        this.ingest = ingest;
        this.policy = policy;
    }

    /** Stores one sample. */
    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Stores one sample",
            description =
                    "Responds when Kafka has stored it. A client that gets no response and sends again may store it twice,"
                            + " unless it deduplicates.")
    @RequestBody(
            required = true,
            description =
                    "The encoded image, or a wildstream.v1.Sample as application/protobuf or, up to 64 KiB, as application/json: such as"
                            + " a reference to an image that lies elsewhere",
            content = {
                @Content(mediaType = "image/png", schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(mediaType = "image/jpeg", schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = "application/x-tensor",
                        schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(mediaType = MESSAGE, schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(type = SchemaType.OBJECT),
                        example = EXAMPLE)
            })
    @APIResponse(responseCode = "200", description = "IngestResponse.Result: the id and the position in Kafka")
    @APIResponse(responseCode = "400", description = "A field is invalid; the problem names it")
    @APIResponse(responseCode = "401", description = "The token is missing or wrong")
    @APIResponse(responseCode = "413", description = "The body is larger than any sample may be")
    @APIResponse(
            responseCode = "429",
            description =
                    "Too many samples wait for the teachers; Retry-After says after how many seconds to try again")
    @APIResponse(responseCode = "503", description = "Kafka does not answer")
    public String store(
            @Parameter(hidden = true) @HeaderParam(HttpHeaders.CONTENT_TYPE) @DefaultValue("") String contentType,
            @Parameter(description = "Id of the sample, at most 256 characters; a new UUID when empty")
                    @QueryParam("id")
                    @DefaultValue("")
                    String id,
            @Parameter(description = "Source of the sample, at most 256 characters")
                    @QueryParam("source")
                    @DefaultValue("")
                    String source,
            @Parameter(
                            description =
                                    "Whether to store the sample only if none with its id was stored with this parameter before")
                    @QueryParam("deduplicate")
                    @DefaultValue("false")
                    boolean deduplicate,
            @Parameter(hidden = true) @HeaderParam(HttpHeaders.CONTENT_LENGTH) @DefaultValue("-1") int length,
            @Parameter(hidden = true) @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            InputStream body)
            throws IOException {
        ByteString bytes = UnsafeByteOperations.unsafeWrap(read(body, length));
        Sample.Builder sample = sample(contentType.strip(), bytes);
        if (!id.isEmpty()) {
            sample.setId(id);
        }
        if (!source.isEmpty()) {
            sample.setSource(source);
        }
        return Json.of(ingest.one(sample.build(), deduplicate, policy.outputSender(authorization)));
    }

    private static Sample.Builder sample(String contentType, ByteString bytes) {
        if (MESSAGE.equalsIgnoreCase(contentType)) {
            return message(bytes);
        }
        return MediaType.APPLICATION_JSON.equalsIgnoreCase(contentType.split(";", 2)[0].strip())
                ? json(bytes)
                : Sample.newBuilder().setContentType(contentType).setPayload(bytes);
    }

    private static Sample.Builder json(ByteString bytes) {
        if (bytes.size() > LONGEST_JSON) {
            throw ApiErrors.invalid(
                    "sample",
                    "has " + bytes.size() + " bytes as JSON; at most " + LONGEST_JSON
                            + " are allowed: send a larger one as application/protobuf");
        }
        Sample.Builder sample = Sample.newBuilder();
        try {
            Json.read(bytes.toStringUtf8(), sample);
        } catch (InvalidProtocolBufferException e) {
            throw ApiErrors.invalid("sample", "is not the JSON of a wildstream.v1.Sample: " + e.getMessage());
        }
        return sample;
    }

    private static Sample.Builder message(ByteString bytes) {
        try {
            return Sample.newBuilder().mergeFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw ApiErrors.invalid("sample", "is not a wildstream.v1.Sample: " + e.getMessage());
        }
    }

    /** Reads a body; one of a known length into an array of that length, so that it is in memory once. */
    private static byte[] read(InputStream body, int length) throws IOException {
        if (length < 0) {
            return body.readAllBytes();
        }
        byte[] bytes = new byte[length];
        if (body.readNBytes(bytes, 0, length) < length) {
            throw new IOException("the body ended early");
        }
        return bytes;
    }
}
