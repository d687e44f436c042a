// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.client.TopicScan;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.TeacherOutput;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean norms of the teacher's features over a labelled curriculum: KD-fn rests on their being smaller where a label is in doubt.
 *
 * @param setting of the trial
 * @param seed of the trial
 * @param agreeing mean norm where the label is the teacher's class
 * @param contradicting mean norm where it is another
 * @param contradictions number of the latter
 */
public record FeatureNorms(String setting, long seed, double agreeing, double contradicting, long contradictions) {

    /** Reads a curriculum whose samples have labels. */
    static FeatureNorms of(Trial trial, String curriculum, String bootstrapServers) {
        List<Double> agreeing = new ArrayList<>();
        List<Double> contradicting = new ArrayList<>();
        try (TopicScan scan = new TopicScan(bootstrapServers)) {
            scan.forEach(new Topics(Topics.DEFAULT_PREFIX).curriculum(curriculum), record -> {
                CurriculumRecord entry = parsed(record.value());
                if (entry.hasSelected()) {
                    TeacherOutput output = entry.getSelected().getTeacherOutput();
                    boolean agree =
                            output.getSample().getLabel() == entry.getSelected().getPseudoLabel();
                    (agree ? agreeing : contradicting).add((double) output.getFeatureNorm());
                }
            });
        }
        return new FeatureNorms(
                trial.setting(), trial.settings().seed(), mean(agreeing), mean(contradicting), contradicting.size());
    }

    private static CurriculumRecord parsed(byte[] value) {
        try {
            return CurriculumRecord.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            return CurriculumRecord.getDefaultInstance(); // counted nowhere: the trainer refuses it
        }
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }
}
