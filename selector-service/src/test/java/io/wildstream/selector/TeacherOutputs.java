// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.CloudEvents;
import io.wildstream.contracts.Vectors;
import io.wildstream.contracts.sample.OutputSamples;
import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SamplePosition;
import io.wildstream.contracts.v1.TeacherOutput;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.VectorEncoding;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records as the teacher writes them. */
public final class TeacherOutputs {

    public static final int CLASSES = 10;

    private TeacherOutputs() {}

    /** A teacher output with random payload and logits, all drawn from the position. */
    public static TeacherOutput.Builder output(int partition, long offset) {
        SplittableRandom random = new SplittableRandom(31L * offset + partition);
        byte[] payload = new byte[784];
        random.nextBytes(payload);
        float[] logits = new float[CLASSES];
        for (int k = 0; k < CLASSES; k++) {
            logits[k] = (float) (12 * random.nextDouble());
        }
        return TeacherOutput.newBuilder()
                .setSample(Sample.newBuilder()
                        .setId(id(partition, offset))
                        .setSource("test")
                        .setContentType("application/x-tensor;dtype=uint8;shape=1,28,28")
                        .setPayload(ByteString.copyFrom(payload)))
                .setTeacher(TeacherReference.newBuilder()
                        .setName("vgg")
                        .setDigest("d")
                        .setGeneration(3))
                .setEncoding(VectorEncoding.VECTOR_ENCODING_FLOAT32)
                .setLogits(Vectors.packFloat32(logits, 0, logits.length))
                .setFeatures(Vectors.packFloat32(new float[256], 0, 256))
                .setFeatureNorm(1)
                .setPosition(SamplePosition.newBuilder().setPartition(partition).setOffset(offset));
    }

    public static TeacherOutput.Builder withLogits(TeacherOutput.Builder output, float... logits) {
        return output.setLogits(Vectors.packFloat32(logits, 0, logits.length));
    }

    public static String id(int partition, long offset) {
        return "s-" + partition + "-" + offset;
    }

    /** As a record of {@code teacher-outputs}. */
    public static ProducerRecord<byte[], byte[]> record(String topic, TeacherOutput output) {
        return new ProducerRecord<>(
                topic,
                output.getPosition().getPartition(),
                OutputSamples.idBytes(output).toByteArray(),
                output.toByteArray(),
                CloudEvents.headers(output, OutputSamples.id(output), "/test/teacher"));
    }

    /** The end marker of a partition. */
    public static ProducerRecord<byte[], byte[]> end(String topic, int partition, int partitions) {
        EndOfStream end = EndOfStream.newBuilder()
                .setSourcePartition(partition)
                .setPartitions(partitions)
                .build();
        return new ProducerRecord<>(
                topic,
                partition,
                (byte[]) null,
                end.toByteArray(),
                CloudEvents.headers(end, "end-" + partition, "/test"));
    }

    public static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
