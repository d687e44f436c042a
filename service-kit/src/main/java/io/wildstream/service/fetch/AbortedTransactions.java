// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service.fetch;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.ControlRecordType;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;

/** The transactions that their writers undid. */
final class AbortedTransactions {

    private final PriorityQueue<AbortedTransaction> ahead =
            new PriorityQueue<>(Comparator.comparingLong(AbortedTransaction::firstOffset));
    private final Set<Long> producers = new HashSet<>();

    AbortedTransactions(FetchResponseData.PartitionData fetched) {
        if (fetched.abortedTransactions() != null) {
            ahead.addAll(fetched.abortedTransactions());
        }
    }

    /** Asked for each batch, in order. */
    boolean holds(RecordBatch batch) {
        if (!batch.hasProducerId()) {
            return false;
        }
        while (!ahead.isEmpty() && ahead.peek().firstOffset() <= batch.lastOffset()) {
            producers.add(ahead.poll().producerId());
        }
        if (endsOne(batch)) {
            producers.remove(batch.producerId());
            return false;
        }
        return batch.isTransactional() && producers.contains(batch.producerId());
    }

    private static boolean endsOne(RecordBatch batch) {
        if (!batch.isControlBatch()) {
            return false;
        }
        Iterator<Record> markers = batch.iterator();
        return markers.hasNext() && ControlRecordType.parse(markers.next().key()) == ControlRecordType.ABORT;
    }
}
