// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.wildstream.cli.CommandRun;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.Home;
import io.wildstream.contracts.v1.GetPipelineStatusRequest;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.IngestServiceGrpc;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineServiceGrpc;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.TeacherStatus;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedCommandTest {

    @TempDir
    Path directory;

    private final List<Sample> stored = new CopyOnWriteArrayList<>();
    private Home.Lock lock = () -> {};
    private Server server;
    private Path photos;

    @BeforeEach
    void start() throws IOException {
        photos = Files.createDirectory(directory.resolve("photos"));
        Home home = new Home(directory.resolve("home"));
        lock = home.lock();
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Ingest())
                .addService(new Pipeline())
                .build()
                .start();
        new ClusterState(
                        "up",
                        ClusterState.ProcessId.of("launcher", ProcessHandle.current()),
                        true,
                        Map.of("gateway", server.getPort(), "broker", 1),
                        "wildstream",
                        "data",
                        List.of(),
                        List.of())
                .write(home.stateFile());
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
        lock.close();
    }

    @Test
    void endsWithATableOfWhatBecameOfTheFiles() throws IOException {
        // Given
        Files.write(photos.resolve("0.png"), new byte[0]);
        Files.write(photos.resolve("1.png"), image(8));
        Files.write(photos.resolve("2.png"), image(320));
        Files.write(photos.resolve("3-refused.png"), image(8));
        Files.write(photos.resolve("4\u001b[2J.avif"), "....ftypavif".getBytes(StandardCharsets.US_ASCII));

        // When
        CommandRun run = feed();

        // Then
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines().filter(line -> !line.startsWith("fed ")).map(FeedCommandTest::plain))
                .containsExactly(
                        "sent 3",
                        "stored 2",
                        "refused 1",
                        "1 sample.id: not wanted",
                        "the first: photos/3-refused.png",
                        "skipped 2",
                        "1 AVIF or HEIC image",
                        "the first: photos/4?[2J.avif",
                        "1 empty file",
                        "the first: photos/0.png",
                        "of other size 1",
                        "the teacher reads 1x8x8; the first other one is photos/2.png (3x320x320)",
                        "the teacher makes them dead letters: 'wildstream dlq list' shows them");
        assertThat(run.out().lines().filter(line -> line.startsWith("fed ")))
                .last()
                .isEqualTo("fed 3 of 3");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(stored.get(1).getPayload().toByteArray()).isEqualTo(image(320));
    }

    @Test
    void saysThatNothingWasSent() throws IOException {
        // Given
        Files.writeString(photos.resolve("notes.txt"), "no image");

        // When
        CommandRun run = feed();

        // Then
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("nothing was sent: there is no image file in " + photos);
    }

    private CommandRun feed() {
        return CommandRun.of("feed", photos.toString(), "--home=" + directory.resolve("home"));
    }

    private static String plain(String line) {
        return line.strip().replaceAll(" +", " ");
    }

    private static byte[] image(int side) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB), "png", bytes);
        return bytes.toByteArray();
    }

    private final class Ingest extends IngestServiceGrpc.IngestServiceImplBase {
        @Override
        public StreamObserver<IngestRequest> ingest(StreamObserver<IngestResponse> answer) {
            IngestResponse.Builder response = IngestResponse.newBuilder();
            return new StreamObserver<>() {
                @Override
                public void onNext(IngestRequest request) {
                    Sample sample = request.getSample();
                    boolean refused = sample.getId().contains("refused");
                    response.addResults(IngestResponse.Result.newBuilder()
                            .setId(sample.getId())
                            .setError(refused ? "sample.id: not wanted" : ""));
                    if (refused) {
                        response.setRefused(response.getRefused() + 1);
                    } else {
                        response.setAccepted(response.getAccepted() + 1);
                        stored.add(sample);
                    }
                }

                @Override
                public void onError(Throwable error) {
                    stored.clear();
                }

                @Override
                public void onCompleted() {
                    answer.onNext(response.build());
                    answer.onCompleted();
                }
            };
        }
    }

    private static final class Pipeline extends PipelineServiceGrpc.PipelineServiceImplBase {
        @Override
        public void getPipelineStatus(GetPipelineStatusRequest request, StreamObserver<PipelineStatus> answer) {
            answer.onNext(PipelineStatus.newBuilder()
                    .addInstances(InstanceStatus.newBuilder()
                            .setTeacher(TeacherStatus.newBuilder()
                                    .addInputShape(1)
                                    .addInputShape(8)
                                    .addInputShape(8)))
                    .build());
            answer.onCompleted();
        }
    }
}
