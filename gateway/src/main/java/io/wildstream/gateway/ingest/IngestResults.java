// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestResponse.Result;
import io.wildstream.contracts.v1.SamplePosition;
import java.util.ArrayList;
import java.util.List;

/** What became of the samples of one call, in the order of its requests. Not thread-safe: its owner guards it. */
final class IngestResults {

    private final List<Result> results = new ArrayList<>();
    private int accepted;
    private int refused;
    private int duplicates;

    /** Samples that came so far. */
    int size() {
        return results.size();
    }

    /** Samples that are stored. */
    int accepted() {
        return accepted;
    }

    /** A sample came; returns its place. */
    int begin(String id) {
        results.add(Result.newBuilder().setId(id).build());
        return results.size() - 1;
    }

    /** A sample came that is not taken. */
    void refuse(String shownId, String problem) {
        refused++;
        results.add(Result.newBuilder().setId(shownId).setError(problem).build());
    }

    /** A sample that was begun is not taken after all. */
    void refuse(int index, String problem) {
        refused++;
        results.set(index, results.get(index).toBuilder().setError(problem).build());
    }

    /** A sample is stored. */
    void store(int index, SamplePosition position) {
        accepted++;
        results.set(index, results.get(index).toBuilder().setPosition(position).build());
    }

    /** A sample is not stored, as one of its id is stored there. */
    void repeat(int index, SamplePosition first) {
        duplicates++;
        results.set(
                index,
                results.get(index).toBuilder()
                        .setPosition(first)
                        .setDuplicate(true)
                        .build());
    }

    /** The answer. */
    IngestResponse response() {
        return counts().toBuilder().addAllResults(results).build();
    }

    /** The answer without the single results. */
    IngestResponse counts() {
        return IngestResponse.newBuilder()
                .setAccepted(accepted)
                .setRefused(refused)
                .setDuplicates(duplicates)
                .build();
    }
}
