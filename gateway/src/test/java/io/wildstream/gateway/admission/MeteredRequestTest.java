// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.gateway.admission.MeteredRequest.Kind;
import io.wildstream.gateway.ingest.Budget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client sends the messages of one call over HTTP/2, piece by piece; the test rings the alarm. */
@Tag("slow")
class MeteredRequestTest {

    private static final int LARGEST = 100_000;

    private final Vertx vertx = Vertx.vertx();
    private final Budget budget = new Budget(1 << 20);
    private final Alarms alarms = new Alarms();
    private final Buffer read = Buffer.buffer();
    private final CompletableFuture<MeteredRequest> arrived = new CompletableFuture<>();
    private final CompletableFuture<Status.Code> refused = new CompletableFuture<>();

    private HttpClientRequest client;
    private MeteredRequest request;

    @AfterEach
    void close() {
        get(vertx.close());
    }

    @Test
    void aWholeMessageDoesNotWaitForTheNextOne() {
        // Given
        call(Kind.SAMPLES);
        Buffer first = message("first", 10);
        Buffer second = message("second", 10);

        // When
        send(first.copy().appendBuffer(second.slice(0, 8)));

        // Then
        await().atMost(Waits.PATIENT).until(() -> read().equals(first));
        send(second.slice(8, second.length()));
        await().atMost(Waits.PATIENT).until(() -> read().equals(first.copy().appendBuffer(second)));
    }

    @Test
    void aMessageWhoseLengthComesInTwoPiecesIsReadWhole() {
        // Given
        call(Kind.SAMPLES);
        Buffer both = message("first", 10).appendBuffer(message("second", 10));

        // When
        send(both.slice(0, 17));
        await().atMost(Waits.PATIENT).until(() -> read().length() == 17);
        send(both.slice(17, 22));
        send(both.slice(22, both.length()));

        // Then
        await().atMost(Waits.PATIENT).until(() -> read().equals(both));
    }

    @Test
    void eachMessageHasATimeOfItsOwn() {
        // Given
        call(Kind.SAMPLES);
        Buffer first = message("first", 10);
        Buffer second = message("second", 10);
        send(first.slice(0, 8));
        await().atMost(Waits.PATIENT).until(() -> alarms.set.get() == 1);

        // When
        send(first.slice(8, first.length()).copy().appendBuffer(second.slice(0, 8)));

        // Then
        await().atMost(Waits.PATIENT).until(() -> alarms.set.get() == 2);
        assertThat(alarms.waiting).hasSize(1);
    }

    @Test
    void theTimeForWhichTheReaderDoesNotReadIsNotTheClients() {
        // Given
        call(Kind.SAMPLES);
        send(message("first", 10).slice(0, 8));
        await().atMost(Waits.PATIENT).until(() -> alarms.set.get() == 1);

        // When
        onLoop(() -> request.pause());
        ring();
        onLoop(() -> request.resume());

        // Then
        assertThat(refused).isNotDone();
        assertThat(alarms.waiting).hasSize(1);
        ring();
        assertThat(refused).isCompletedWithValue(Status.Code.DEADLINE_EXCEEDED);
        assertThat(budget.taken()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"HEALTH", "OTHER"})
    void aCallThatDoesNotEndIsRefused(Kind kind) {
        // Given
        call(kind);
        send(message("only", 10));
        await().atMost(Waits.PATIENT).until(() -> read().length() == 15);
        long held = budget.taken();

        // When
        ring();

        // Then
        assertThat(held).isEqualTo(10);
        assertThat(refused).isCompletedWithValue(Status.Code.DEADLINE_EXCEEDED);
        assertThat(budget.taken()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"HEALTH", "OTHER"})
    void aCallThatSendsNoMessageIsRefused(Kind kind) {
        // Given
        call(kind);
        send(message("only", 10).slice(0, 3));
        await().atMost(Waits.PATIENT).until(() -> read().length() == 3);

        // When
        ring();

        // Then
        assertThat(refused).isCompletedWithValue(Status.Code.DEADLINE_EXCEEDED);
    }

    @Test
    void aCallThatHasEndedMayTakeItsTime() {
        // Given
        call(Kind.OTHER);
        get(client.end(message("only", 10)));
        await().atMost(Waits.PATIENT).until(() -> request.isEnded());

        // When
        ring();

        // Then
        assertThat(refused).isNotDone();
        assertThat(budget.taken()).isEqualTo(10);
        request.ended();
        await().atMost(Waits.PATIENT).until(() -> budget.taken() == 0);
    }

    @Test
    void aStreamOfSamplesMayRestBetweenMessages() {
        // Given
        call(Kind.SAMPLES);

        // When
        send(message("first", 10));
        await().atMost(Waits.PATIENT).until(() -> read().length() == 15);

        // Then
        onLoop(() -> request.handedOver());
        assertThat(alarms.waiting).isEmpty();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void aHealthCheckIsShort() {
        // Given
        call(Kind.HEALTH);

        // When
        send(message("service", 1025).slice(0, 100));

        // Then
        assertThat(refused).succeedsWithin(Waits.PATIENT).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(budget.taken()).isZero();
    }

    @Test
    void whatIsAnsweredOnAnotherThreadIsGivenBackOnTheEventLoop() {
        // Given
        call(Kind.OTHER);
        send(message("only", 10));
        await().atMost(Waits.PATIENT).until(() -> budget.taken() == 10);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        request.context().runOnContext(unused -> {
            busy.countDown();
            awaitOpen(goOn);
        });
        awaitOpen(busy);

        // When
        request.ended();
        long held = budget.taken();
        goOn.countDown();

        // Then
        assertThat(held).isEqualTo(10);
        await().atMost(Waits.PATIENT).until(() -> budget.taken() == 0);
    }

    /** Begins a call. */
    private void call(Kind kind) {
        HttpServer server = get(vertx.createHttpServer()
                .requestHandler(incoming -> begin(incoming, kind))
                .listen(0, "127.0.0.1"));
        client = get(vertx.createHttpClient(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false))
                .request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/"));
        get(client.setChunked(true).sendHead());
        request = arrived.orTimeout(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS).join();
    }

    private void begin(HttpServerRequest incoming, Kind kind) {
        var limits = new MeteredRequest.Limits(budget, LARGEST, alarms, new Codes());
        MeteredRequest metered = new MeteredRequest((HttpServerRequestInternal) incoming, limits, kind);
        metered.handler(piece -> {
            synchronized (read) {
                read.appendBuffer(piece);
            }
        });
        metered.begun(error -> refused.complete(error.getStatus().getCode()));
        arrived.complete(metered);
    }

    private Buffer read() {
        synchronized (read) {
            return read.copy();
        }
    }

    private static Buffer message(String text, int bytes) {
        String payload = text.repeat(bytes).substring(0, bytes);
        return Buffer.buffer()
                .appendByte((byte) 0)
                .appendInt(bytes)
                .appendString(payload, StandardCharsets.US_ASCII.name());
    }

    private void send(Buffer bytes) {
        get(client.write(bytes));
    }

    private void ring() {
        onLoop(alarms::ring);
    }

    private void onLoop(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        request.context().runOnContext(unused -> {
            task.run();
            done.complete(null);
        });
        done.orTimeout(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            assertThat(latch.await(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T get(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Alarms that ring when the test says so. */
    private static final class Alarms implements MeteredRequest.Alarm {
        private final List<Runnable> waiting = new CopyOnWriteArrayList<>();
        private final AtomicInteger set = new AtomicInteger();

        @Override
        public Runnable set(Vertx vertx, Runnable late) {
            waiting.add(late);
            set.incrementAndGet();
            return () -> waiting.remove(late);
        }

        void ring() {
            List<Runnable> due = List.copyOf(waiting);
            waiting.clear();
            due.forEach(Runnable::run);
        }
    }

    private static final class Codes implements MeteredRequest.Refusals {
        @Override
        public StatusRuntimeException memory() {
            return Status.UNAVAILABLE.asRuntimeException();
        }

        @Override
        public StatusRuntimeException slow() {
            return Status.DEADLINE_EXCEEDED.asRuntimeException();
        }

        @Override
        public StatusRuntimeException large(int most) {
            return Status.RESOURCE_EXHAUSTED.asRuntimeException();
        }
    }
}
