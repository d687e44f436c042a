// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectedSample;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.trainer.student.StudentFiles;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * A student as the code of one format version left it, frozen in the test resources: the model it began with, its curriculum, one
 * checkpoint, the committed manifest, and what that code computed from there to the end.
 *
 * <p>{@code -Dtest.fixture=DIRECTORY} writes one by the code of today; a directory that exists is never written again. One whose name
 * ends in {@code -jpeg} has JPEG samples, half of them of a kind that decoders read differently: component ids 0, 1, 2 without a JFIF
 * marker, not subsampled. Since format 3 half of them name the decoder. {@link ReferencesFormatFixture} writes those of references.
 */
@UsesBroker
class FormatFixture {

    /** The model of a fixture of tensors: 8x8 gray, a convolution with BatchNorm, 690 parameters. */
    static final String MODEL = "tiny-1x8-10";

    /** The same for a fixture of JPEG files: 8x8 colour. */
    private static final String JPEG_MODEL = "tiny-3x8-10";

    private static final int SIDE = 8;
    private static final int CLASSES = 10;
    private static final int BEFORE = 150;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temporary;

    /** The directory of a fixture, such as {@code 2} or {@code 2-jpeg}. */
    static Path directory(String version) {
        try {
            return Path.of(FormatFixture.class
                            .getResource("/format-" + version + "/expected.json")
                            .toURI())
                    .getParent();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the code of that version computed. */
    static JsonNode expected(Path fixture) throws IOException {
        return JSON.readTree(fixture.resolve("expected.json").toFile());
    }

    /** The curriculum, whole. */
    static List<CurriculumRecord> log(Path fixture) throws IOException {
        List<CurriculumRecord> records = new ArrayList<>();
        try (InputStream in = Files.newInputStream(fixture.resolve("curriculum.bin"))) {
            for (CurriculumRecord record = CurriculumRecord.parseDelimitedFrom(in);
                    record != null;
                    record = CurriculumRecord.parseDelimitedFrom(in)) {
                records.add(record);
            }
        }
        return records;
    }

    /** Gives a student's checkpoint to another cluster: files into a directory, the manifest onto its topic. */
    static void install(Path fixture, Path checkpoints, TestCurriculum curriculum) throws IOException {
        copy(fixture.resolve("checkpoints"), checkpoints);
        write(curriculum, List.of(Files.readAllBytes(fixture.resolve("manifest.bin"))));
    }

    /** Writes manifests as a trainer has committed them. */
    static void write(TestCurriculum curriculum, List<byte[]> manifests) {
        byte[] key = TestCurriculum.STUDENT.getBytes(StandardCharsets.UTF_8);
        TestLog.write(manifests.stream()
                .map(manifest -> new ProducerRecord<>(curriculum.topics.checkpoints(), key, manifest))
                .toList());
    }

    /** A trainer's configuration that knows the fixture's model. */
    static TestConfig config(Path fixture, Path checkpoints) {
        return TestConfig.of(checkpoints)
                .withModels(fixture.resolve("models"))
                .withCheckpointInterval(Duration.ofHours(1));
    }

    /** What makes two machines compute the same bits, as far as it can be told from here. */
    static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            Optional<String> flags =
                    lines.filter(line -> line.startsWith("flags")).findFirst();
            TreeSet<String> vector = new TreeSet<>();
            for (String flag : flags.orElse("").split("\\s+")) {
                if (flag.matches("avx.*|fma|amx.*|sse.*")) {
                    vector.add(flag);
                }
            }
            return System.getProperty("os.arch") + " " + String.join(" ", vector);
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    /** All values of a safetensors file of float32 arrays, in the order of the file. */
    static float[] floats(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(Math.toIntExact(Long.BYTES + bytes.getLong(0)));
        FloatBuffer values = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        return copy;
    }

    @Test
    @EnabledIfSystemProperty(named = "test.fixture", matches = ".+(?<!-references)")
    void write() throws IOException {
        Path fixture = toWrite();
        TestCurriculum curriculum = new TestCurriculum(FormatFixture.class);
        List<CurriculumRecord> log = makeLog(curriculum, fixture.toString().endsWith("-jpeg"));
        writeDelimited(fixture.resolve("curriculum.bin"), log);
        Path checkpoints = temporary.resolve("checkpoints");
        TestConfig config = config(fixture, checkpoints);
        curriculum.write(log.subList(0, BEFORE));
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            trainer.await(() -> trainer.status.student().getTrained() == 144
                    && trainer.status.student().getStep() == 15);
        }
        copy(checkpoints, fixture.resolve("checkpoints"));
        CheckpointManifest saved = curriculum.manifests().get(0);
        Files.write(fixture.resolve("manifest.bin"), saved.toByteArray());
        curriculum.write(log.subList(BEFORE, log.size()));
        CheckpointManifest result;
        try (TestTrainer trainer = new TestTrainer(curriculum, config)) {
            result = trainer.finished();
        }
        writeExpected(fixture, checkpoints, result);
    }

    /** The directory of a fixture that is to be written. */
    static Path toWrite() {
        Path fixture = Path.of(System.getProperty("test.fixture"));
        if (Files.exists(fixture.resolve("expected.json"))) {
            throw new IllegalStateException(fixture + " is frozen");
        }
        return fixture;
    }

    static void writeDelimited(Path file, List<? extends MessageLite> messages) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            for (MessageLite message : messages) {
                message.writeDelimitedTo(out);
            }
        }
    }

    /** Writes what the code of today has computed. */
    static void writeExpected(Path fixture, Path checkpoints, CheckpointManifest result) throws IOException {
        Files.copy(
                checkpoints.resolve(result.getDirectory()).resolve(StudentFiles.LEARNER),
                fixture.resolve("expected.safetensors"));
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(
                        fixture.resolve("expected.json").toFile(),
                        new TreeMap<>(Map.of(
                                "step", result.getStep(),
                                "trained", result.getTrained(),
                                "nextOffset", result.getNextOffset(),
                                "agreement", result.getAgreement(),
                                "missing", result.getMissing(),
                                "weightsSha256", result.getWeightsSha256(),
                                "processor", processor())));
    }

    private static List<CurriculumRecord> makeLog(TestCurriculum curriculum, boolean jpeg) throws IOException {
        String model = jpeg ? JPEG_MODEL : MODEL;
        List<CurriculumRecord> log = new ArrayList<>();
        log.add(TestCurriculum.change(TestCurriculum.spec(1).setStudentModel(model)));
        log.addAll(samples(curriculum, 100, jpeg));
        log.add(TestCurriculum.end(1, 2));
        log.add(CurriculumRecord.getDefaultInstance());
        log.addAll(samples(curriculum, 80, jpeg));
        log.add(TestCurriculum.change(TestCurriculum.spec(2)
                .setStudentModel(model)
                .setReplay(ReplaySpec.newBuilder().setRatio(1.5).setWindow(64))));
        log.addAll(samples(curriculum, 75, jpeg));
        log.add(TestCurriculum.end(0, 2));
        return log;
    }

    private static List<CurriculumRecord> samples(TestCurriculum curriculum, int count, boolean jpeg)
            throws IOException {
        Random random = new Random(count);
        List<CurriculumRecord> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(CLASSES);
            SelectedSample.Builder selected = curriculum.selected(label);
            Sample.Builder sample = selected.getTeacherOutputBuilder().getSampleBuilder();
            if (jpeg) {
                selected.getTeacherOutputBuilder().setDecoder(i % 4 < 2 ? SampleDecoder.VERSION : 0);
                sample.setContentType("image/jpeg").setPayload(ByteString.copyFrom(jpeg(random, label, i % 2 == 1)));
            } else {
                sample.setContentType("application/x-tensor;dtype=uint8;shape=1,8,8")
                        .setPayload(ByteString.copyFrom(tensor(random, label)));
            }
            samples.add(CurriculumRecord.newBuilder().setSelected(selected).build());
        }
        return samples;
    }

    static byte[] tensor(Random random, int label) {
        byte[] pixels = new byte[SIDE * SIDE];
        random.nextBytes(pixels);
        for (int k = label; k < pixels.length; k += CLASSES) {
            pixels[k] = (byte) 250;
        }
        return pixels;
    }

    private static byte[] jpeg(Random random, int label, boolean odd) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < SIDE * SIDE; i++) {
            image.setRGB(i % SIDE, i / SIDE, i % CLASSES == label ? 0xFFFF40 : random.nextInt(0x1000000));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(new IIOImage(image, null, withoutSubsampling(writer, image)));
        } finally {
            writer.dispose();
        }
        return odd ? withoutJfif(out.toByteArray()) : out.toByteArray();
    }

    private static IIOMetadata withoutSubsampling(ImageWriter writer, BufferedImage image) throws IOException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), null);
        IIOMetadataNode tree = (IIOMetadataNode) metadata.getAsTree(metadata.getNativeMetadataFormatName());
        NodeList components = tree.getElementsByTagName("componentSpec");
        for (int i = 0; i < components.getLength(); i++) {
            ((Element) components.item(i)).setAttribute("HsamplingFactor", "1");
            ((Element) components.item(i)).setAttribute("VsamplingFactor", "1");
        }
        metadata.setFromTree(metadata.getNativeMetadataFormatName(), tree);
        return metadata;
    }

    /** The file without its APP0 segment, the component ids of frame and scan lowered by one. */
    private static byte[] withoutJfif(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        ByteBuffer out = ByteBuffer.allocate(file.length);
        out.putShort(in.getShort());
        while (true) {
            int marker = in.getShort() & 0xFFFF;
            byte[] body = new byte[in.getShort(in.position()) & 0xFFFF];
            in.get(body);
            int ids = marker == 0xFFDA ? 3 : marker == 0xFFC0 ? 8 : body.length;
            int step = marker == 0xFFDA ? 2 : 3;
            for (int i = 0; i < 3 && ids + i * step < body.length; i++) {
                body[ids + i * step]--;
            }
            if (marker != 0xFFE0) {
                out.putShort((short) marker).put(body);
            }
            if (marker == 0xFFDA) {
                out.put(in);
                return Arrays.copyOf(out.array(), out.position());
            }
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> entries = Files.walk(from)) {
            for (Path entry : entries.toList()) {
                Path target = to.resolve(from.relativize(entry).toString());
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(entry, target);
                }
            }
        }
    }
}
