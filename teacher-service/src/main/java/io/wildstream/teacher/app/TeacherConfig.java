// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.app;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.VectorEncoding;
import io.wildstream.engine.pixels.CostLimits;
import io.wildstream.engine.pixels.PixelLimits;
import io.wildstream.reference.ReferenceSettings;
import io.wildstream.service.ClusterConfig;
import io.wildstream.service.Values;
import io.wildstream.teacher.SampleSource;
import io.wildstream.teacher.TeacherSettings;
import io.wildstream.teacher.WorkLimits;
import io.wildstream.teacher.fetch.FetchSettings;
import io.wildstream.teacher.source.AddressFields;
import io.wildstream.teacher.source.SourceSettings;
import io.wildstream.teacher.source.UserTopic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The teacher service's own keys, {@code wildstream.teacher.*}. */
@ConfigMapping(prefix = "wildstream.teacher")
public interface TeacherConfig {

    /** With partition and offset a name of this length, in characters, still makes an id. */
    int LONGEST_TOPIC = 220;

    /** Directories that hold model directories, in order of precedence; default {@code models}. */
    @WithDefault("models")
    List<String> models();

    /** SHA-256 of each {@code model.pt} that may be loaded, 64 hexadecimal digits, with commas; all, the default, when none is named. */
    Optional<List<String>> allowedModels();

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

    /** Largest payload, 1 byte to less than 2 GiB; default 8 MiB. */
    @WithDefault("8M")
    MemorySize maxPayload();

    /** Most pixels (width times height) of an image that is decoded, at least 1; default 16777216. */
    @WithDefault("16777216")
    long maxPixels();

    /** Longest time that decoding one image file may compute, 100 ms to 1 min; default 10 s. */
    @WithDefault("10s")
    Duration maxDecodeTime();

    /** Most memory of a forward pass beside the pixels, as measured when the model was loaded, at least 1 MiB; default 512 MiB. */
    @WithDefault("512M")
    MemorySize batchMemory();

    /** Wire encoding of logits and features; default {@code float32}. */
    @WithDefault("float32")
    Encoding encoding();

    /**
     * Whether outputs of the teacher that come with samples are passed on in place of a forward pass: whoever may write to the topic then
     * labels samples. Default false: such samples become dead letters.
     */
    @WithDefault("false")
    boolean acceptOutputs();

    /**
     * Whether outputs, and curricula, hold the bytes of samples that are references. Default true: students need no store. Otherwise they
     * hold address, digest and size alone, and trainers fetch the bytes again.
     */
    @WithDefault("true")
    boolean keepFetched();

    /**
     * Whether outputs hold the payloads of their samples. Default false: selectors bring what they keep from {@code samples}, which must
     * then hold a sample until it is selected. Outputs hold them all the same while a selector is alive that does not, in topics of the
     * user's own and of what was fetched.
     */
    @WithDefault("false")
    boolean keepPayloads();

    /** Most memory of what is fetched ahead and held until it is committed, at least 1 MiB; default 128 MiB. */
    @WithDefault("128M")
    MemorySize fetchMemory();

    /** How the records of a topic of the user's own are read: the keys {@code wildstream.teacher.source.*}. */
    Source source();

    /** Without progress for so long the service counts as dead, 10 s to 1 h; default 2 min. */
    @WithDefault("2m")
    Duration stallTimeout();

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

        /** Content type of every image; by default formats of image files are distinguished by their first bytes. */
        Optional<String> contentType();

        /** What the field or the value holds: {@code bytes}, the default, of the image, or its {@code address}, to be fetched. */
        @WithDefault("bytes")
        AddressFields.Holds holds();

        /** Put before each address, such as {@code s3://photos/} where records hold keys. */
        Optional<String> addressPrefix();

        /** Where the SHA-256 of what is at the address is, as hexadecimal text: as {@link #field}. */
        Optional<String> sha256Field();

        /** Where the size of what is at the address is, in bytes: as {@link #field}. */
        Optional<String> sizeField();
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

    /** Name of this instance, {@code teacher-0} by default. */
    default String instance(ClusterConfig cluster) {
        return cluster.instance().orElse("teacher-0");
    }

    /**
     * Returns when all values can work.
     *
     * @throws IllegalArgumentException when one cannot; the message names its key and what it must be
     */
    default void check(ClusterConfig cluster) {
        Values.between("wildstream.teacher.stall-timeout", stallTimeout(), Duration.ofSeconds(10), Duration.ofHours(1));
        var unusedDigests = allowedDigests();
        var unused = settings(cluster);
        var unusedToo = limits();
    }

    /**
     * Digests of the models that may be loaded, in lower case; empty for all.
     *
     * @throws IllegalArgumentException as {@link #check}
     */
    default Set<String> allowedDigests() {
        return Values.digests("wildstream.teacher.allowed-models", allowedModels());
    }

    /**
     * The stage's settings.
     *
     * @throws IllegalArgumentException as {@link #check}
     */
    default TeacherSettings settings(ClusterConfig cluster) {
        Topics topics = cluster.topics();
        Values.between("wildstream.teacher.batch-memory", batchMemory(), 1 << 20, Long.MAX_VALUE);
        return new TeacherSettings(
                topics,
                instance(cluster),
                batchSize(),
                maxWait(),
                maxPollRecords(),
                encoding().onWire,
                source(topics),
                WorkLimits.ofMemory(batchMemory().asLongValue()));
    }

    private SampleSource source(Topics topics) {
        Source keys = source();
        if (keys.format() != SourceSettings.Format.SAMPLE && topics.makesSamples()) {
            throw new IllegalArgumentException("wildstream.teacher.source.format " + keys.format()
                    + ": use it with a topic of your own in wildstream.samples-topic, since the gateway writes other"
                    + " records to " + topics.samples());
        }
        Values.require(
                topics.samples().length() <= LONGEST_TOPIC,
                "wildstream.samples-topic",
                "at most " + LONGEST_TOPIC + " characters long, since it is a part of each sample's id",
                "'" + topics.samples() + "'");
        SampleSource source = new SourceSettings(
                        keys.format(),
                        keys.id(),
                        keys.field(),
                        keys.descriptors(),
                        keys.message(),
                        keys.contentType(),
                        new AddressFields(keys.holds(), keys.addressPrefix(), keys.sha256Field(), keys.sizeField()))
                .source();
        return acceptOutputs() ? source.acceptingOutputs() : source;
    }

    /**
     * What fetching may take.
     *
     * @throws IllegalArgumentException as {@link #check}
     */
    default FetchSettings fetching(ReferenceSettings references) {
        Values.between("wildstream.teacher.fetch-memory", fetchMemory(), 1 << 20, Long.MAX_VALUE);
        return new FetchSettings(
                references.parallel(),
                fetchMemory().asLongValue(),
                limits().maxBytes(),
                references.patience(),
                keepFetched());
    }

    /**
     * What a payload may cost.
     *
     * @throws IllegalArgumentException as {@link #check}
     */
    default PixelLimits limits() {
        Values.between("wildstream.teacher.max-payload", maxPayload(), 1, Integer.MAX_VALUE);
        Values.atLeast("wildstream.teacher.max-pixels", maxPixels(), 1);
        Values.between(
                "wildstream.teacher.max-decode-time", maxDecodeTime(), Duration.ofMillis(100), Duration.ofMinutes(1));
        return new PixelLimits(
                (int) maxPayload().asLongValue(), maxPixels(), CostLimits.DEFAULT.withMaxTime(maxDecodeTime()));
    }
}
