// SPDX-License-Identifier: Apache-2.0
import io.wildstream.generated.ApiClient;
import io.wildstream.generated.ApiException;
import io.wildstream.generated.api.ReadsApi;
import io.wildstream.generated.api.SamplesApi;
import io.wildstream.generated.model.CurriculumStatus;
import io.wildstream.generated.model.IngestResponseResult;
import io.wildstream.generated.model.Student;
import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** What a user of the generated client writes. */
public final class Use {

    private Use() {}

    /** Stores a sample, reads the status, the curricula and the students, and asks for one that there is not; returns what was seen. */
    public static List<String> everything(String address, String curriculum, String student, String picture) throws ApiException {
        ApiClient client = new ApiClient();
        client.updateBaseUri(address);
        client.setRequestInterceptor(request -> request.setHeader("Content-Type", "image/png"));
        List<String> seen = new ArrayList<>();
        IngestResponseResult stored = new SamplesApi(client).store(new File(picture), null, "generated-1", null);
        seen.add("stored " + stored.getId() + " at " + stored.getPosition().getOffset());
        ReadsApi reads = new ReadsApi(client);
        for (CurriculumStatus each : reads.status().getCurricula()) {
            if (each.getName().equals(curriculum)) {
                seen.add("curriculum keeps at random " + each.getPolicy().getRandom().getRate().getActualInstance());
            }
        }
        for (Student each : reads.students().getStudents()) {
            if (each.getStudent().equals(student)) {
                seen.add("student of " + each.getCurriculum());
            }
        }
        try {
            reads.student("nobody");
        } catch (ApiException e) {
            seen.add("refused " + e.getCode());
        }
        return seen;
    }
}
