// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.DriftEvent;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.LabelledSample;
import io.wildstream.contracts.v1.RankingRecord;
import io.wildstream.contracts.v1.RankingReplay;
import io.wildstream.contracts.v1.RejectedSample;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherOutput;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes that were written once and must mean the same for ever. A new field gets a new fixture; an old one is never changed: records on
 * somebody's topic look like this.
 */
class FrozenFixturesTest {

    private static final Map<String, Message> TYPES = Map.ofEntries(
            Map.entry("sample", Sample.getDefaultInstance()),
            Map.entry("labelled-sample", LabelledSample.getDefaultInstance()),
            Map.entry("teacher-output", TeacherOutput.getDefaultInstance()),
            Map.entry("end-of-stream", EndOfStream.getDefaultInstance()),
            Map.entry("rejected-sample", RejectedSample.getDefaultInstance()),
            Map.entry("curriculum-record", CurriculumRecord.getDefaultInstance()),
            Map.entry("control-record", ControlRecord.getDefaultInstance()),
            Map.entry("ranking-record", RankingRecord.getDefaultInstance()),
            Map.entry("ranking-replay", RankingReplay.getDefaultInstance()),
            Map.entry("drift-event", DriftEvent.getDefaultInstance()),
            Map.entry("instance-status", InstanceStatus.getDefaultInstance()),
            Map.entry("checkpoint-manifest", CheckpointManifest.getDefaultInstance()));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sample",
                "labelled-sample",
                "sample.output",
                "sample.reference",
                "teacher-output",
                "teacher-output.precomputed",
                "teacher-output.reference",
                "end-of-stream",
                "rejected-sample",
                "curriculum-record.selected",
                "curriculum-record.reference",
                "curriculum-record.spec-change",
                "curriculum-record.end",
                "control-record.teacher",
                "control-record.threshold",
                "control-record.keep-rate",
                "control-record.random",
                "control-record.two-pass",
                "control-record.top-n-window",
                "ranking-record.candidate",
                "ranking-replay",
                "drift-event",
                "rejected-sample.score",
                "control-record.student",
                "instance-status.teacher",
                "instance-status.teacher-refused",
                "instance-status.selector",
                "instance-status.trainer",
                "checkpoint-manifest",
                "checkpoint-manifest.missing"
            })
    void oldBytesMeanWhatTheyMeant(String name) throws IOException {
        // Given
        byte[] bytes = Base64.getMimeDecoder().decode(resource(name + ".base64"));
        Message type = Objects.requireNonNull(TYPES.get(name.replaceAll("\\..*", "")));
        Message expected =
                TextFormat.parse(resource(name + ".textproto"), type.getClass().asSubclass(Message.class));

        // When
        Message decoded = type.getParserForType().parseFrom(bytes);

        // Then
        assertThat(decoded).isEqualTo(expected);
        assertThat(decoded.getUnknownFields().asMap()).isEmpty();
        assertThat(decoded).isNotEqualTo(type);
    }

    private static String resource(String file) throws IOException {
        try (var in = FrozenFixturesTest.class.getResourceAsStream("/fixtures/v1/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), UTF_8);
        }
    }
}
