// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.app;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.common.utils.StringUtil;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.engine.pixels.PixelLimits;
import io.wildstream.teacher.SampleSource;
import io.wildstream.teacher.TeacherSettings;
import io.wildstream.teacher.source.SourceSettings;
import io.wildstream.teacher.source.UserTopic;
import java.lang.reflect.Method;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The keys {@code wildstream.*} of this service. The address of Kafka is {@code kafka.bootstrap.servers}. */
@ConfigMapping(prefix = "wildstream")
public interface TeacherConfig {

    /** What the keys of {@link Teacher} begin with. */
    String KEYS = "wildstream.teacher.";

    /** With partition and offset a name of this length, in characters, still makes an id. */
    int LONGEST_TOPIC = 220;

    /** First part of every topic name and of the group; default {@code wildstream}. */
    @WithDefault(Topics.DEFAULT_PREFIX)
    String topicPrefix();

    /** A topic of the user's own that is read instead of {@code <prefix>.samples}; by default there is none. */
    Optional<String> samplesTopic();

    /** Whether missing topics are made at the start; default true. Otherwise they are looked for. */
    @WithDefault("true")
    boolean createTopics();

    /** Partitions of topics that are made, at least 1; default 4. */
    @WithDefault("4")
    int partitions();

    /** Name of this process, unique and kept over restarts; default {@code teacher-0}. */
    @WithDefault("teacher-0")
    String instance();

    /** The keys {@code wildstream.teacher.*}. */
    Teacher teacher();

    /** The keys {@code wildstream.teacher.*}. */
    interface Teacher {

        /** Directories that hold model directories, in order of precedence; default {@code models}. */
        @WithDefault("models")
        List<String> models();

        /** Name of the model that is used until another one is set; without it the service waits until one is. */
        Optional<String> model();

        /** Most samples of a forward pass, 1 to 4096; default 128. */
        @WithDefault("128")
        int batchSize();

        /** Longest wait for a batch to fill, 0 to 10 s; default 20 ms. */
        @WithDefault("20ms")
        Duration maxWait();

        /** Most records of one poll, 1 to 100000; one transaction covers about so many; default 1024. */
        @WithDefault("1024")
        int maxPollRecords();

        /** Largest payload, 1 byte to 2 GiB; default 8 MiB. */
        @WithDefault("8M")
        MemorySize maxPayload();

        /** Most pixels (width times height) of an image that is decoded, at least 1; default 16777216. */
        @WithDefault("16777216")
        long maxPixels();

        /** Wire encoding of logits and features; default {@code float32}. */
        @WithDefault("float32")
        Encoding encoding();

        /** How the records of a topic of the user's own are read: the keys {@code wildstream.teacher.source.*}. */
        Source source();

        /** Without progress for so long the service counts as dead, 10 s to 1 h; default 2 min. */
        @WithDefault("2m")
        Duration stallTimeout();
    }

    /** The keys {@code wildstream.teacher.source.*}. */
    interface Source {

        /** What a record is: {@code sample}, the default, {@code image}, {@code json} or {@code protobuf}. */
        @WithDefault("sample")
        SourceSettings.Format format();

        /** What a sample is called by: {@code position}, the default, for topic-partition-offset, or {@code key}. */
        @WithDefault("position")
        UserTopic.Id id();

        /** Where the image is: a JSON pointer such as {@code /image/data}, or a path of protobuf fields such as {@code image.data}. */
        Optional<String> field();

        /** A file of {@code protoc --include_imports --descriptor_set_out}. */
        Optional<Path> descriptors();

        /** Full name of the protobuf message, such as {@code acme.Photo}. */
        Optional<String> message();

        /** Content type of every image; by default PNG and JPEG are distinguished by their first bytes. */
        Optional<String> contentType();
    }

    /** Wire encodings. */
    enum Encoding {
        FLOAT32(VectorEncoding.VECTOR_ENCODING_FLOAT32),
        FLOAT16(VectorEncoding.VECTOR_ENCODING_FLOAT16);

        private final VectorEncoding onWire;

        Encoding(VectorEncoding onWire) {
            this.onWire = onWire;
        }
    }

    /**
     * Refuses keys below {@code wildstream.teacher} that do not exist; those of other services may be there.
     *
     * @throws IllegalArgumentException naming the key and the ones that exist
     */
    static void requireKnownKeys(Iterable<String> names) {
        Set<String> known = keys(Teacher.class);
        known.remove("source");
        keys(Source.class).forEach(key -> known.add("source." + key));
        for (String name : names) {
            String key = name.startsWith(KEYS) ? name.substring(KEYS.length()).replaceAll("\\[\\d+]$", "") : "";
            require(
                    key.isEmpty() || known.contains(key),
                    name + ": there is no such key, use one of " + known + " after " + KEYS);
        }
    }

    private static Set<String> keys(Class<?> section) {
        Set<String> keys = new TreeSet<>();
        for (Method method : section.getDeclaredMethods()) {
            if (!method.isSynthetic()) {
                keys.add(StringUtil.skewer(method.getName()));
            }
        }
        return keys;
    }

    /**
     * The stage's settings.
     *
     * @throws IllegalArgumentException when a value is out of range; the message names its key and what to set
     */
    default TeacherSettings settings() {
        require(partitions() >= 1, "wildstream.partitions " + partitions() + ": use 1 or more");
        Duration stall = teacher().stallTimeout();
        require(
                stall.toSeconds() >= 10 && stall.toHours() <= 1,
                "wildstream.teacher.stall-timeout " + stall + ": use 10 seconds to 1 hour, such as 2m");
        Topics topics = Topics.of(topicPrefix(), samplesTopic());
        return new TeacherSettings(
                topics,
                instance(),
                teacher().batchSize(),
                teacher().maxWait(),
                teacher().maxPollRecords(),
                teacher().encoding().onWire,
                source(topics));
    }

    private SampleSource source(Topics topics) {
        Source keys = teacher().source();
        require(
                keys.format() == SourceSettings.Format.SAMPLE || !topics.makesSamples(),
                "wildstream.teacher.source.format " + keys.format() + ": use it with a topic of your own in"
                        + " wildstream.samples-topic, since the gateway writes other records to " + topics.samples());
        require(
                topics.samples().length() <= LONGEST_TOPIC,
                "wildstream.samples-topic '" + topics.samples() + "': use a name of at most " + LONGEST_TOPIC
                        + " characters, which is a part of each sample's id");
        return new SourceSettings(
                        keys.format(), keys.id(), keys.field(), keys.descriptors(), keys.message(), keys.contentType())
                .source();
    }

    /**
     * What a payload may cost.
     *
     * @throws IllegalArgumentException as {@link #settings}
     */
    default PixelLimits limits() {
        BigInteger bytes = teacher().maxPayload().asBigInteger();
        require(
                bytes.signum() > 0 && bytes.bitLength() < Integer.SIZE,
                "wildstream.teacher.max-payload " + bytes + " bytes: use 1 byte to less than 2 GiB, such as 8M");
        require(
                teacher().maxPixels() >= 1,
                "wildstream.teacher.max-pixels " + teacher().maxPixels() + ": use 1 or more");
        return new PixelLimits(bytes.intValue(), teacher().maxPixels());
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
