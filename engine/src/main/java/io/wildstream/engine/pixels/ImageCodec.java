// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import io.wildstream.engine.pixels.InvalidSampleException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/** The platform's reader of one format; a file on which it warns of damage, or that takes too long, is refused. */
final class ImageCodec {

    private final String format;
    /** Looked up once: the registry is slow and locks. */
    private final @Nullable ImageReaderSpi provider;

    private final Duration maxTime;

    /** @param maxTime that the calling thread may compute for one file */
    ImageCodec(String format, Duration maxTime) {
        this.format = format;
        this.maxTime = maxTime;
        this.provider = platformProvider(format);
    }

    /** That of the platform itself, whatever else has registered a reader of the format. */
    private static @Nullable ImageReaderSpi platformProvider(String format) {
        for (Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format); readers.hasNext(); ) {
            ImageReaderSpi provider = readers.next().getOriginatingProvider();
            if (provider != null && provider.getClass().getModule() == ImageIO.class.getModule()) {
                return provider;
            }
        }
        return null;
    }

    /** What to do with a reader that has its file. */
    @FunctionalInterface
    interface Reading<T> {
        T of(ImageReader reader) throws IOException, InvalidSampleException;
    }

    /** Reads a file. */
    <T> T read(byte[] file, Reading<T> reading) throws InvalidSampleException {
        ImageReader reader = newReader();
        List<String> damage = new ArrayList<>();
        reader.addIIOReadWarningListener((source, warning) -> noteDamage(warning, damage));
        WorkTime time = new WorkTime(maxTime);
        reader.addIIOReadProgressListener(new Abort(time));
        try (MemoryCacheImageInputStream in = new TimedStream(file, time)) {
            reader.setInput(in, true, true);
            T result = reading.of(reader);
            requireTime(time);
            if (!damage.isEmpty()) {
                throw new InvalidSampleException(Reason.UNDECODABLE, format + ": " + damage.get(0));
            }
            return result;
        } catch (IOException | RuntimeException e) {
            requireTime(time);
            // Codecs answer broken files with any runtime exception, from index bounds to negative sizes.
            String what =
                    e instanceof IOException && e.getMessage() != null ? e.getMessage() : "the file is damaged: " + e;
            throw new InvalidSampleException(Reason.UNDECODABLE, format + ": " + what);
        } finally {
            reader.dispose();
        }
    }

    private void requireTime(WorkTime time) throws InvalidSampleException {
        if (time.isOver()) {
            throw new InvalidSampleException(
                    Reason.TOO_COSTLY, format + ": decoding takes longer than " + maxTime.toMillis() + " ms");
        }
    }

    /** The JPEG codec makes up gray pixels for those that a file should hold and does not, and only warns of it. */
    private static void noteDamage(String warning, List<String> damage) {
        if (warning.contains("Truncated") || warning.contains("premature end") || warning.contains("bad Huffman")) {
            damage.add(warning);
        }
    }

    private ImageReader newReader() throws InvalidSampleException {
        try {
            if (provider != null) {
                return provider.createReaderInstance();
            }
        } catch (IOException e) {
            throw new InvalidSampleException(Reason.UNSUPPORTED_CONTENT_TYPE, format + ": " + e);
        }
        throw new InvalidSampleException(Reason.UNSUPPORTED_CONTENT_TYPE, "this Java platform cannot read " + format);
    }

    /** A file that gives no more bytes when the time is over: every codec asks for them in small portions. */
    private static final class TimedStream extends MemoryCacheImageInputStream {

        private static final int PORTION = 4096;

        private final WorkTime time;
        private int unchecked = PORTION;

        private TimedStream(byte[] file, WorkTime time) {
            super(new ByteArrayInputStream(file));
            this.time = time;
        }

        @Override
        public int read() throws IOException {
            check(1);
            return super.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            check(length);
            return super.read(target, offset, length);
        }

        private void check(int bytes) throws IOException {
            unchecked += Math.min(bytes, PORTION);
            if (unchecked >= PORTION) {
                unchecked = 0;
                if (time.isOver()) {
                    throw new IOException("the time is over");
                }
            }
        }
    }

    /** Ends the reading between two rows or passes when the time is over. */
    private record Abort(WorkTime time) implements IIOReadProgressListener {

        @Override
        public void imageProgress(ImageReader source, float percentageDone) {
            if (time.isOver()) {
                source.abort();
            }
        }

        @Override
        public void sequenceStarted(ImageReader source, int minIndex) {}

        @Override
        public void sequenceComplete(ImageReader source) {}

        @Override
        public void imageStarted(ImageReader source, int imageIndex) {}

        @Override
        public void imageComplete(ImageReader source) {}

        @Override
        public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

        @Override
        public void thumbnailProgress(ImageReader source, float percentageDone) {}

        @Override
        public void thumbnailComplete(ImageReader source) {}

        @Override
        public void readAborted(ImageReader source) {}
    }
}
