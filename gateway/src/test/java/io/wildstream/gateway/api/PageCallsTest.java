// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.wildstream.contracts.CondensationSpecs;
import io.wildstream.contracts.TeacherSpecs;
import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.testkit.Page;
import io.wildstream.contracts.v1.CreateCondensationRequest;
import io.wildstream.contracts.v1.CreateStudentRequest;
import io.wildstream.contracts.v1.GetTeacherRequest;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.UpdateSelectionPolicyRequest;
import io.wildstream.contracts.v1.UpdateTeacherRequest;
import io.wildstream.gateway.control.PolicyChecks;
import io.wildstream.gateway.ingest.SampleCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pages tell people to call with grpcurl is a message of its method, and what the gateway takes. */
class PageCallsTest {

    private static final Pattern CONTINUED = Pattern.compile("\\\\\n\\s*");
    /** Perhaps what is piped into it, its options, the address, service and method. */
    private static final Pattern CALL = Pattern.compile(
            "(?:echo '(?<piped>[^']*)' \\|\\s+)?grpcurl (?<options>[^\\n|]*?)\\S+ wildstream\\.v1\\.(?<service>\\w+)/(?<method>\\w+)");

    private static final Pattern DATA = Pattern.compile("-d '([^']*)'");
    private static final int MAX_PAYLOAD = 8 << 20;

    @ParameterizedTest
    @CsvSource({
        "docs/integrate.md, 1",
        "docs/by-jar.md, 3",
        "docs/condense.md, 1",
        "docs/deploy.md, 2",
        "docs/teacher.md, 2"
    })
    void callsAreTakenByTheGateway(String page, int calls) throws InvalidProtocolBufferException {
        // When
        List<DynamicMessage> requests = requests(Page.of(page));

        // Then
        assertThat(requests).hasSize(calls);
        for (DynamicMessage request : requests) {
            assertThatCode(() -> check(request)).as("%s", request).doesNotThrowAnyException();
        }
    }

    @Test
    void everyPageWithSuchCallsIsReadHere() {
        assertThat(Page.all().stream()
                        .filter(name -> Page.of(name).blocks().stream()
                                .anyMatch(block -> block.text().contains("grpcurl ")))
                        .toList())
                .containsExactlyInAnyOrder(
                        "docs/by-jar.md", "docs/condense.md", "docs/deploy.md", "docs/integrate.md", "docs/teacher.md");
    }

    private static List<DynamicMessage> requests(Page page) throws InvalidProtocolBufferException {
        List<DynamicMessage> requests = new ArrayList<>();
        for (Page.Block block : page.blocks()) {
            String code = CONTINUED.matcher(block.text()).replaceAll("");
            assertThat(CALL.matcher(code).results()).hasSize(code.split("grpcurl ", -1).length - 1);
            for (MatchResult call : CALL.matcher(code).results().toList()) {
                requests.add(request(call));
            }
        }
        return requests;
    }

    private static DynamicMessage request(MatchResult call) throws InvalidProtocolBufferException {
        MethodDescriptor method = IngestRequest.getDescriptor()
                .getFile()
                .findServiceByName(call.group(3))
                .findMethodByName(call.group(4));
        var data = DATA.matcher(call.group(2));
        String body = call.group(1) != null ? call.group(1) : data.find() ? data.group(1) : "{}";
        assertThat(call.group(1) != null).isEqualTo(call.group(2).contains("-d @"));
        DynamicMessage.Builder request = DynamicMessage.newBuilder(method.getInputType());
        JsonFormat.parser().merge(body, request);
        return request.build();
    }

    private static void check(DynamicMessage request) throws InvalidProtocolBufferException {
        switch (request.getDescriptorForType().getName()) {
            case "IngestRequest" -> {
                var sample = IngestRequest.parseFrom(request.toByteString()).getSample();
                assertThat(new SampleCheck(MAX_PAYLOAD).problem(sample, true)).isNull();
            }
            case "UpdateSelectionPolicyRequest" ->
                PolicyChecks.check(UpdateSelectionPolicyRequest.parseFrom(request.toByteString())
                        .getPolicy());
            case "CreateStudentRequest" ->
                assertThat(TrainingSpecs.problems(CreateStudentRequest.parseFrom(request.toByteString())
                                .getSpec()))
                        .isEmpty();
            case "CreateCondensationRequest" ->
                assertThat(CondensationSpecs.problems(CreateCondensationRequest.parseFrom(request.toByteString())
                                .getSpec()))
                        .isEmpty();
            case "UpdateTeacherRequest" ->
                assertThat(TeacherSpecs.problems(UpdateTeacherRequest.parseFrom(request.toByteString())
                                .getSpec()))
                        .isEmpty();
            case "GetTeacherRequest" ->
                assertThat(GetTeacherRequest.parseFrom(request.toByteString()))
                        .isEqualTo(GetTeacherRequest.getDefaultInstance());
            default -> throw new IllegalStateException("say here what is wrong with such a request");
        }
    }
}
