// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import io.wildstream.contracts.v1.CreateStudentRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/deploy.md tells people to type can be typed. */
class GuideTest {

    private static final Path GUIDE = ClusterManifests.REPOSITORY.resolve("docs/deploy.md");
    private static final Pattern CALL =
            Pattern.compile("grpcurl [^\\n]* -d '([^']+)' \\\\\\n\\s+\\S+ wildstream\\.v1\\.(\\w+)/(\\w+)");
    private static final Pattern OVERLAY = Pattern.compile("(?:apply|delete) -k (\\S+)");

    @Test
    void requestsAreMessagesOfTheirMethods() throws Exception {
        // Given
        FileDescriptor api = CreateStudentRequest.getDescriptor().getFile();
        var calls = CALL.matcher(Files.readString(GUIDE));

        // When
        List<String> read = new ArrayList<>();
        while (calls.find()) {
            var type = api.findServiceByName(calls.group(2))
                    .findMethodByName(calls.group(3))
                    .getInputType();
            DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
            JsonFormat.parser().merge(calls.group(1), message);
            read.add(message.build().getDescriptorForType().getName());
        }

        // Then
        assertThat(read).containsExactly("UpdateSelectionPolicyRequest", "CreateStudentRequest");
    }

    @Test
    void theStudentOfTheGuideIsTheOneThatIsRendered() throws Exception {
        // Given
        String rendered =
                Files.readString(Path.of("src/test/kustomize/two-students/students/alice/kustomization.yaml"));

        // When
        String guide = Files.readString(GUIDE);

        // Then
        assertThat(guide).contains(rendered.replace("../../../../../../components", "../../../../components"));
    }

    @Test
    void overlaysOfTheGuideExist() throws Exception {
        // Given
        var overlays = OVERLAY.matcher(Files.readString(GUIDE));

        // When
        List<Path> named = new ArrayList<>();
        while (overlays.find()) {
            named.add(ClusterManifests.REPOSITORY.resolve(overlays.group(1)));
        }

        // Then
        assertThat(named).hasSizeGreaterThanOrEqualTo(4).allMatch(Files::isDirectory);
    }
}
