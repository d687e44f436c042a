// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestResponse.Result;
import io.wildstream.gateway.ingest.sink.StoreOutcome;
import io.wildstream.gateway.ingest.sink.StoreOutcome.Duplicate;
import io.wildstream.gateway.ingest.sink.StoreOutcome.Stored;
import io.wildstream.gateway.ingest.sink.StoreOutcome.TooLarge;
import java.util.ArrayList;
import java.util.List;

/** What became of the samples of one call, in the order of its requests. Not thread-safe: its owner guards it. */
final class IngestResults {

    private final List<Result> results = new ArrayList<>();
    private int accepted;
    private int refused;
    private int duplicates;

    /** The result of a settled sample as a client reads it; without position and error when it is not known to be stored. */
    static Result of(String id, StoreOutcome outcome) {
        Result.Builder result = Result.newBuilder().setId(id);
        if (outcome instanceof Stored stored) {
            result.setPosition(stored.position());
        } else if (outcome instanceof Duplicate duplicate) {
            result.setPosition(duplicate.first()).setDuplicate(true);
        } else if (outcome instanceof TooLarge tooLarge) {
            result.setError("sample.payload: " + tooLargeText(tooLarge));
        }
        return result.build();
    }

    /** What is wrong with a payload that Kafka does not take, in words. */
    static String tooLargeText(TooLarge outcome) {
        return "too large for Kafka: " + outcome.cause().getMessage();
    }

    /** Number of samples that have arrived. */
    int size() {
        return results.size();
    }

    /** Number of samples that are stored. */
    int accepted() {
        return accepted;
    }

    /** A sample was taken; returns its index. */
    int begin(String id) {
        results.add(Result.newBuilder().setId(id).build());
        return results.size() - 1;
    }

    /** A sample was refused before it was taken. */
    void refuse(String shownId, String problem) {
        refused++;
        results.add(Result.newBuilder().setId(shownId).setError(problem).build());
    }

    /** A sample that was taken is settled. */
    void settle(int index, StoreOutcome outcome) {
        if (outcome instanceof Stored) {
            accepted++;
        } else if (outcome instanceof Duplicate) {
            duplicates++;
        } else if (outcome instanceof TooLarge) {
            refused++;
        }
        results.set(index, of(results.get(index).getId(), outcome));
    }

    /** The response. */
    IngestResponse response() {
        return counts().toBuilder().addAllResults(results).build();
    }

    /** The response without the single results. */
    IngestResponse counts() {
        return IngestResponse.newBuilder()
                .setAccepted(accepted)
                .setRefused(refused)
                .setDuplicates(duplicates)
                .build();
    }
}
