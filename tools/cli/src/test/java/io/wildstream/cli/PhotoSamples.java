// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.Sample;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Photographs in a bucket, and samples that refer to them, rightly or not. */
final class PhotoSamples {

    private final PhotoBucket bucket;
    /** Addresses of all that can be learned, in the order of sending. */
    private final List<String> photographs;

    /** Puts so many photographs into the bucket. */
    PhotoSamples(PhotoBucket bucket, int count) {
        this.bucket = bucket;
        this.photographs = IntStream.range(0, count)
                .mapToObj(i -> bucket.put("2026/%d ü+%%41.png".formatted(i), png(i)))
                .toList();
    }

    /** Whether it is one of {@link #refused}. */
    static boolean isRefused(Sample sample) {
        return sample.getId().startsWith("refused");
    }

    /** Some state all that there is to state, some have no content type. */
    List<Sample> good(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> sample("photo-" + i, i % 3 == 0 ? stated(i) : named(photographs.get(i))).toBuilder()
                        .setContentType(i % 2 == 0 ? "" : "image/png")
                        .build())
                .toList();
    }

    /** Samples that the gateway takes and the teacher does not. */
    List<Sample> bad() {
        List<Reference.Builder> references = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            references.add(named(bucket.putElsewhere(i + ".png", png(i))));
            references.add(named("https://photos.example.org/" + i + ".png"));
            references.add(named("file:///photos/" + i + ".png"));
            references.add(named(bucket.put(i + ".txt", "no photograph".getBytes(ISO_8859_1))));
            references.add(stated(i).setSizeBytes(1 + i));
        }
        for (int i = 0; i < 4; i++) {
            references.add(named("s3://" + PhotoBucket.NAME + "/never/" + i + ".png"));
        }
        for (int i = 0; i < 3; i++) {
            references.add(stated(i).setSha256(stated(i + 1).getSha256()));
        }
        return IntStream.range(0, references.size())
                .mapToObj(i -> sample("bad-" + i, references.get(i)))
                .toList();
    }

    /** Samples that the gateway refuses. */
    List<Sample> refused() {
        return List.of(
                sample("refused-0", stated(0)).toBuilder()
                        .setPayload(ByteString.copyFromUtf8("beside a reference"))
                        .build(),
                sample("refused-1", named("photos/1.png")),
                sample("refused-2", stated(2).setSha256("abc")));
    }

    private Reference.Builder stated(int photograph) {
        return bucket.reference(photographs.get(photograph)).toBuilder();
    }

    private static Reference.Builder named(String address) {
        return Reference.newBuilder().setAddress(address);
    }

    private static Sample sample(String id, Reference.Builder reference) {
        return Sample.newBuilder().setId(id).setReference(reference).build();
    }

    private static byte[] png(int number) {
        Random random = new Random(number);
        BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = image.createGraphics();
        for (int shape = 0; shape < 6; shape++) {
            int level = random.nextInt(256);
            pen.setColor(new Color(level, level, level));
            pen.fillOval(random.nextInt(28), random.nextInt(28), 2 + random.nextInt(16), 2 + random.nextInt(16));
        }
        pen.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
