// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.client.GatewayClient;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.GatewayToken;
import io.wildstream.cluster.Home;
import io.wildstream.contracts.testkit.SecureBroker;
import io.wildstream.contracts.testkit.UsesCluster;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.engine.ModelDescription;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs every command of {@code docs/first-day.md}, in its order, on small stand-ins: networks with ten classes in the place of torchvision's,
 * a hundred photographs, a broker of this JVM with TLS and a password in the place of a user's Kafka, and an S3 server of this machine. It is
 * skipped where there is no Python with torch; what needs kcat is done in another way where that is not installed, and says so.
 */
@Tag("long")
@UsesCluster
class FirstDayIT {

    private static final Path ROOT = Path.of(System.getProperty("wildstream.root", "../.."))
            .toAbsolutePath()
            .normalize();
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```bash\n(.*?)^```$");
    private static final Pattern HOME = Pattern.compile("--home (\\S+)");
    private static final String KAFKA = "kafka-0.example.org:9092";
    private static final int MOST_COMMANDS = 14;
    private static final int PHOTOGRAPHS = 100;
    private static final int DAMAGED = 3;
    private static final Duration LONGEST_COMMAND = Waits.OF_A_CLUSTER;

    /** Small networks in the place of torchvision's, with the same names. */
    private static final String TORCHVISION = """
            import types
            from torch import nn


            def network(features, num_classes):
                return nn.Sequential(
                    nn.Conv2d(3, 16, 8, 8), nn.BatchNorm2d(16), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                    nn.Linear(16, features), nn.ReLU(), nn.Linear(features, num_classes))


            def resnet50(num_classes=10):
                return network(128, num_classes)


            def mobilenet_v3_small(num_classes=10):
                return network(32, num_classes)


            class ResNet50_Weights:
                IMAGENET1K_V2 = types.SimpleNamespace(transforms=lambda: types.SimpleNamespace(
                    resize_size=[232], crop_size=[224], interpolation="bilinear",
                    mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)))
            """;

    @TempDir
    Path directory;

    private SecureBroker broker;
    private PhotoBucket bucket;
    private boolean python;
    private boolean kcat;

    @BeforeEach
    void prepare() throws Exception {
        broker = SecureBroker.start(Files.createDirectories(directory.resolve("broker")));
        for (String name : List.of("wildstream", "deploy")) {
            Files.createSymbolicLink(directory.resolve(name), ROOT.resolve(name));
        }
        Files.createDirectories(directory.resolve("torchvision"));
        Files.writeString(directory.resolve("torchvision/__init__.py"), "");
        Files.writeString(directory.resolve("torchvision/models.py"), TORCHVISION);
        python = works(interpreter() + " -c 'import torch, torchvision.models as models;"
                + " torch.manual_seed(1); torch.save(models.resnet50().state_dict(), \"resnet50.pth\")'");
        kcat = works("kcat -V");
        makePhotographs();
        bucket = new PhotoBucket();
        for (Path photograph : photographs()) {
            var unused = bucket.put(photograph.getFileName().toString(), Files.readAllBytes(photograph));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.plainBootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("photos", 2, (short) 1), new NewTopic("addresses", 2, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (String home : List.of(".wildstream", ".wildstream-topic", ".wildstream-bucket")) {
            works("./wildstream down --home " + home);
        }
        broker.close();
        if (bucket != null) {
            bucket.close();
        }
    }

    @Test
    void eachCommandOfThePageDoesWhatThePageSays() throws Exception {
        // Given
        assumeThat(python)
                .as("a Python with torch (WILDSTREAM_PYTHON), which the exports of the page need")
                .isTrue();
        String page = Files.readString(ROOT.resolve("docs/first-day.md"));
        List<String> blocks =
                BLOCK.matcher(page).results().map(found -> found.group(1)).toList();
        assertThat(blocks.stream().takeWhile(block -> !block.contains("topic.properties")))
                .as("commands from the checkpoint to the student")
                .hasSizeBetween(10, MOST_COMMANDS);

        for (String block : blocks) {
            // When
            String printed = run(block);

            // Then
            check(block, printed);
        }
    }

    /** Runs the commands of a block as they stand, but for what the stand-ins are called. */
    private String run(String block) throws Exception {
        if (block.contains("kcat -P") && !kcat) {
            return withoutKcat(block);
        }
        String commands = block.replace("kafka.bootstrap.servers=" + KAFKA, keys())
                .replace("wildstream.references.buckets=" + PhotoBucket.NAME, lines(bucket.keys()))
                .replace(KAFKA, broker.plainBootstrapServers())
                .replaceAll("(?m)^python ", interpreter() + " ")
                .replace("classes 1000", "classes 10")
                .replace("num_classes=1000", "num_classes=10")
                .replace("--rate 0.1 --batch 64", "--rate 0.9 --batch 1 --port-base " + freePorts());
        System.out.println("$ " + block.strip());
        CommandResult result = bash(commands);
        System.out.println(result.output());
        assertThat(result.status()).as("%s%n%s", commands, result.output()).isZero();
        return result.output();
    }

    private void check(String block, String printed) throws Exception {
        if (block.contains("--output models/teacher")) {
            ModelDescription teacher = ModelDescription.read(directory.resolve("models/teacher"));
            assertThat(teacher.accuracy()).isEqualTo(0.8);
            assertThat(teacher.preprocessing()).isNotNull();
        } else if (block.contains("--output models/student")) {
            assertThat(ModelDescription.read(directory.resolve("models/student"))
                            .preprocessing())
                    .isNotNull();
        } else if (block.startsWith("./wildstream up")) {
            assertThat(printed).contains("cluster     ready");
            assertThat(Files.readString(directory.resolve(home(block)).resolve("cluster.json")))
                    .doesNotContain(SecureBroker.PASSWORD);
        } else if (block.startsWith("./wildstream feed")) {
            assertThat(printed).containsPattern("stored +" + (PHOTOGRAPHS + DAMAGED));
            awaitLearned(".wildstream", DAMAGED);
        } else if (block.contains("kcat -P")) {
            assertThat(PHOTOGRAPHS).isPositive(); // what it sent is seen when the cluster runs
        } else if (block.startsWith("./wildstream status --home")) {
            awaitLearned(home(block), DAMAGED);
        } else if (block.startsWith("./wildstream dlq list --last")) {
            assertThat(printed.lines().skip(1))
                    .hasSize(DAMAGED)
                    .allMatch(line -> line.matches("teacher +\\d+ undecodable +photos/damaged-\\d.jpg: jpeg: .*"));
        } else if (block.startsWith("./wildstream dlq list")) {
            assertThat(printed).containsPattern("teacher +undecodable +" + DAMAGED);
        } else if (block.startsWith("./wildstream dlq show")) {
            assertThat(printed).contains("reason      undecodable").contains("photos/damaged");
        } else if (block.startsWith("./wildstream checkpoints")) {
            assertThat(printed).contains("kept");
        } else if (block.startsWith("cp ")) {
            ModelDescription student = ModelDescription.read(directory.resolve("student-of-today"));
            assertThat(student.classes()).hasSize(10);
            assertThat(student.preprocessing()).isNotNull();
        } else if (block.startsWith("python -c")) {
            assertThat(printed).contains("torch.Size([1, 10])");
        } else if (block.startsWith("./wildstream down")) {
            assertThat(printed).contains("stopped");
        }
    }

    /** Waits until all is answered, and the student has learned and is stored. */
    private void awaitLearned(String name, int deadLetters) throws IOException {
        Home home = new Home(directory.resolve(name));
        ClusterState state = ClusterState.read(home.stateFile()).orElseThrow();
        try (GatewayClient gateway =
                GatewayClient.connect("127.0.0.1", state.gatewayPort(), GatewayToken.read(home.tokenFile()))) {
            Predicate<PipelineStatus> learned = status -> decided(status) == PHOTOGRAPHS
                    && status.getTeacher().getDeadLetters() == deadLetters
                    && status.getStudents(0).getTrained() > 0;
            await().atMost(Waits.OF_A_CLUSTER).until(() -> learned.test(gateway.status()));
            await().atMost(Waits.OF_A_CLUSTER)
                    .until(() -> gateway.checkpoints("dfnd").getCheckpointsCount() > 0);
            assertThat(gateway.status().getTeacher().getDeadLetters()).isEqualTo(deadLetters);
        }
    }

    private static long decided(PipelineStatus status) {
        return status.getInstancesList().stream()
                .flatMap(instance -> instance.getSelector().getCurriculaList().stream())
                .mapToLong(curriculum -> curriculum.getKept() + curriculum.getNotKept())
                .sum();
    }

    /** The home that a command names. */
    private static String home(String block) {
        Matcher named = HOME.matcher(block);
        return named.find() ? named.group(1) : Home.DEFAULT_NAME;
    }

    /** The keys of a Kafka with TLS and a password, which stands in the environment alone. */
    private String keys() {
        Map<String, Object> keys = new TreeMap<>();
        broker.client("${KAFKA_PASSWORD}").forEach((key, value) -> keys.put("kafka." + key, value));
        return lines(keys);
    }

    private static String lines(Map<String, ?> keys) {
        return keys.entrySet().stream()
                .map(key -> key.getKey() + "=" + key.getValue())
                .collect(Collectors.joining("\n"));
    }

    /** Sends what kcat would: the lines that it is given, or else files. */
    private String withoutKcat(String block) throws Exception {
        System.out.println("there is no kcat: the records are sent by this test");
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.plainBootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            int pipe = block.indexOf("| kcat");
            if (pipe >= 0) {
                for (String line :
                        bash(block.substring(0, pipe)).output().lines().toList()) {
                    producer.send(new ProducerRecord<>("addresses", line.getBytes(UTF_8)));
                }
            } else {
                for (Path file : photographs()) {
                    producer.send(new ProducerRecord<>("photos", Files.readAllBytes(file)));
                }
            }
        }
        return "";
    }

    /** All that ends in {@code .jpg}, damaged files too. */
    private List<Path> photographs() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("photos"))) {
            return files.filter(path -> path.toString().endsWith(".jpg")).toList();
        }
    }

    private void makePhotographs() throws IOException {
        Path photos = Files.createDirectories(directory.resolve("photos"));
        Random random = new Random(1);
        for (int i = 0; i < PHOTOGRAPHS; i++) {
            BufferedImage image =
                    new BufferedImage(40 + random.nextInt(300), 40 + random.nextInt(300), BufferedImage.TYPE_INT_RGB);
            Graphics2D pen = image.createGraphics();
            for (int shape = 0; shape < 20; shape++) {
                pen.setColor(new Color(random.nextInt(1 << 24)));
                pen.fillOval(random.nextInt(300), random.nextInt(300), random.nextInt(200), random.nextInt(200));
            }
            pen.dispose();
            Path file = photos.resolve(i % 10 == 0 ? "holiday " + i + " ü.jpg" : "IMG_" + i + ".jpg");
            ImageIO.write(image, "jpg", file.toFile());
            if (i < DAMAGED) {
                byte[] whole = Files.readAllBytes(file);
                Files.write(photos.resolve("damaged-" + i + ".jpg"), Arrays.copyOf(whole, whole.length / 2));
            }
        }
        Files.writeString(photos.resolve("notes.txt"), "no photograph");
    }

    /** The first of ten ports in a row that nobody has. */
    private static int freePorts() {
        Random random = new Random();
        return IntStream.generate(() -> 20_000 + 10 * random.nextInt(1000))
                .filter(base -> IntStream.range(base, base + 10).allMatch(FirstDayIT::isFree))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket unused = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String interpreter() {
        return System.getenv().getOrDefault("WILDSTREAM_PYTHON", "python3");
    }

    private boolean works(String command) throws Exception {
        return bash(command).status() == 0;
    }

    /** Exit status and output of commands, in a directory that looks like the root of this repository. */
    private record CommandResult(int status, String output) {}

    private CommandResult bash(String commands) throws Exception {
        Path output = Files.createTempFile(directory, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-e", "-c", commands)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("KAFKA_PASSWORD", SecureBroker.PASSWORD);
        builder.environment().put("WILDSTREAM_BUILD", "never");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        if (!process.waitFor(LONGEST_COMMAND.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new CommandResult(-1, Files.readString(output) + "\n(it did not end)");
        }
        return new CommandResult(process.exitValue(), Files.readString(output));
    }
}
