// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.OffsetRange;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.RollbackRequest;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.StudentSpec;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.TrainingSpecChange;
import io.wildstream.contracts.v1.VectorEncoding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A curriculum on the tests' broker, of images whose class is a bright bar at a place of its own. */
public final class TestCurriculum {

    public static final String NAME = "main";
    public static final String STUDENT = "anna";
    public static final String TEACHER_DIGEST = "ab".repeat(32);
    public static final int CLASSES = 10;
    private static final int SIDE = 28;

    public final Topics topics;
    private final Random random = new Random(7);
    private long controlGeneration;

    public TestCurriculum(Class<?> test) {
        this(TestBroker.prefix(test));
    }

    public TestCurriculum(String prefix) {
        topics = new Topics(prefix);
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(
                    admin,
                    List.of(
                            topics.curriculumTopic(NAME),
                            topics.controlTopic(),
                            topics.statusTopic(ServiceKind.SERVICE_KIND_TRAINER),
                            topics.checkpointsTopic(),
                            topics.stream(topics.deadLetters(Topics.Stage.TRAINER), 1)));
        }
        command(false, 0);
    }

    /** A spec as the gateway resolves it. */
    public static TrainingSpec.Builder spec(long generation) {
        return TrainingSpec.newBuilder()
                .setGeneration(generation)
                .setStudentModel("lenet5-1x28-10")
                .setSeed(42)
                .setBatchSize(16)
                .setMaxSteps(60)
                .setSgd(SgdSpec.newBuilder().setLearningRate(0.01))
                .setReplay(ReplaySpec.newBuilder().setRatio(0.75).setWindow(100))
                .addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.newBuilder().addQDiagonal(0.9)));
    }

    public static CurriculumRecord change(TrainingSpec.Builder spec) {
        return CurriculumRecord.newBuilder()
                .setSpecChange(
                        TrainingSpecChange.newBuilder().setStudent(STUDENT).setSpec(spec))
                .build();
    }

    public static CurriculumRecord end(int partition, int partitions) {
        return CurriculumRecord.newBuilder()
                .setEndOfStream(
                        EndOfStream.newBuilder().setSourcePartition(partition).setPartitions(partitions))
                .build();
    }

    public List<CurriculumRecord> samples(int count) {
        return samples(count, "");
    }

    public List<CurriculumRecord> samples(int count, String source) {
        List<CurriculumRecord> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SelectedSample.Builder selected = selected(random.nextInt(CLASSES));
            selected.getTeacherOutputBuilder().getSampleBuilder().setSource(source);
            all.add(CurriculumRecord.newBuilder().setSelected(selected).build());
        }
        return all;
    }

    public SelectedSample.Builder selected(int label) {
        float[] logits = new float[CLASSES];
        for (int k = 0; k < CLASSES; k++) {
            logits[k] = (float) random.nextGaussian() + (k == label ? 6 : 0);
        }
        return SelectedSample.newBuilder()
                .setPseudoLabel(label)
                .setNoiseValue(0.1)
                .setTeacherOutput(TeacherOutput.newBuilder()
                        .setTeacher(TeacherReference.newBuilder().setName("big").setDigest(TEACHER_DIGEST))
                        .setEncoding(VectorEncoding.VECTOR_ENCODING_FLOAT32)
                        .setLogits(Vectors.packFloat32(logits, 0, CLASSES))
                        .setSample(sample(label)));
    }

    public Sample sample(int label) {
        byte[] pixels = new byte[SIDE * SIDE];
        random.nextBytes(pixels);
        for (int i = 0; i < pixels.length; i++) {
            boolean bar = i / SIDE / 2 == label + 1;
            pixels[i] = (byte) (bar ? 200 + (pixels[i] & 0x1F) : pixels[i] & 0x3F);
        }
        return Sample.newBuilder()
                .setId("sample-" + random.nextLong())
                .setContentType("application/x-tensor;dtype=uint8;shape=1,28,28")
                .setPayload(ByteString.copyFrom(pixels))
                .build();
    }

    public void write(CurriculumRecord... records) {
        write(List.of(records));
    }

    public void write(List<CurriculumRecord> records) {
        TestLog.write(records.stream()
                .map(record -> new ProducerRecord<byte[], byte[]>(topics.curriculum(NAME), record.toByteArray()))
                .toList());
    }

    public void writeBytes(byte[] value) {
        TestLog.write(List.of(new ProducerRecord<>(topics.curriculum(NAME), value)));
    }

    /** Sets what is wanted of the student and returns the generation of that state. */
    public long command(boolean paused, long checkpointRequest) {
        return command(StudentSpec.newBuilder().setPaused(paused).setCheckpointRequest(checkpointRequest));
    }

    /** Asks to go back. */
    public void rollBack(long request, long step, List<OffsetRange> offsets, List<String> sources) {
        command(StudentSpec.newBuilder()
                .setRollback(RollbackRequest.newBuilder()
                        .setRequest(request)
                        .setStep(step)
                        .addAllSkipOffsets(offsets)
                        .addAllSkipSources(sources)));
    }

    /** Asks to go back, and not to count the end markers before an offset. */
    public void reopen(long request, long step, long endsBefore) {
        command(StudentSpec.newBuilder()
                .setRollback(RollbackRequest.newBuilder()
                        .setRequest(request)
                        .setStep(step)
                        .setEndsBefore(endsBefore)));
    }

    /** Asks for a condensation, or calls it off. */
    public void condense(String name, CondensationSpec.Builder spec) {
        command(ControlKeys.condensation(name), ControlRecord.newBuilder().setCondensation(spec));
    }

    private long command(StudentSpec.Builder student) {
        return command(
                ControlKeys.student(STUDENT), ControlRecord.newBuilder().setStudent(student.setCurriculum(NAME)));
    }

    private long command(String key, ControlRecord.Builder record) {
        record.setGeneration(++controlGeneration);
        TestLog.write(List.of(new ProducerRecord<>(
                topics.control(),
                key.getBytes(StandardCharsets.UTF_8),
                record.build().toByteArray())));
        return controlGeneration;
    }

    /** Committed manifests, oldest first. */
    public List<CheckpointManifest> manifests() {
        return TestLog.committed(topics.checkpoints()).stream()
                .map(record -> {
                    try {
                        return CheckpointManifest.parseFrom(record.value());
                    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }
}
