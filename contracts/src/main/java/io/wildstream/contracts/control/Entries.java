// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.ControlRecord.SpecCase;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import java.util.Collection;
import java.util.regex.Pattern;

/**
 * The formats of the topics that hold an entry by key. A key names something that exists in Wildstream, and its value is about that; the
 * values of a spec's fields are checked where the spec is applied, because there they are refused with a reason.
 */
public final class Entries {

    private static final Pattern INSTANCE = Pattern.compile("[a-zA-Z0-9._-]{1,100}");
    /** 0001-01-01 and 9999-12-31T23:59:59 in seconds since 1970: what a {@code Timestamp} may state. */
    private static final long FIRST_SECOND = -62_135_596_800L;

    private static final long LAST_SECOND = 253_402_300_799L;
    private static final int LAST_NANO = 999_999_999;

    private Entries() {}

    /** An entry of {@code control}: a spec of the kind that its key says. */
    public static ControlRecord control(String key, byte[] value) throws InvalidProtocolBufferException {
        SpecCase wanted = specOf(key);
        ControlRecord record = ControlRecord.parseFrom(value);
        require(
                record.getSpecCase() == wanted,
                "its value is " + record.getSpecCase().name().toLowerCase(java.util.Locale.ROOT) + ", not "
                        + wanted.name().toLowerCase(java.util.Locale.ROOT));
        if (record.hasStudent()) {
            Topics.requireName("curriculum", record.getStudent().getCurriculum());
        }
        if (record.hasCondensation() && record.getCondensation().hasCurriculum()) {
            Topics.requireName(
                    "curriculum", record.getCondensation().getCurriculum().getCurriculum());
        }
        return checked(record);
    }

    /** An entry of a topic of heartbeats, of the instance that its key names. */
    public static InstanceStatus status(String key, byte[] value) throws InvalidProtocolBufferException {
        require(
                INSTANCE.matcher(key).matches(),
                "the name of an instance must be 1 to 100 letters, digits, '.', '_' or '-'");
        InstanceStatus status = InstanceStatus.parseFrom(value);
        require(status.getInstance().equals(key), "its value is about another instance");
        require(status.getService() != ServiceKind.SERVICE_KIND_UNSPECIFIED, "its value names no service");
        if (status.hasStudent()) {
            Topics.requireName("student", status.getStudent().getStudent());
        }
        return checked(status);
    }

    /** An entry of {@code checkpoints}: a manifest of the student that its key names. */
    public static CheckpointManifest checkpoint(String key, byte[] value) throws InvalidProtocolBufferException {
        Topics.requireName("student", key);
        CheckpointManifest manifest = CheckpointManifest.parseFrom(value);
        require(
                manifest.getStudent().isEmpty() || manifest.getStudent().equals(key),
                "its value is about another student");
        return checked(manifest);
    }

    private static SpecCase specOf(String key) {
        if (key.equals(ControlKeys.TEACHER)) {
            return SpecCase.TEACHER;
        }
        String curriculum = ControlKeys.curriculumOf(key);
        if (curriculum != null) {
            Topics.requireName("curriculum", curriculum);
            return SpecCase.SELECTION_POLICY;
        }
        String student = ControlKeys.studentOf(key);
        if (student != null) {
            Topics.requireName("student", student);
            return SpecCase.STUDENT;
        }
        String condensation = ControlKeys.condensationOf(key);
        require(condensation != null, "this version knows no such key");
        Topics.requireName("condensation", String.valueOf(condensation));
        return SpecCase.CONDENSATION;
    }

    /** Fails unless each time in a message, at any depth, is one that can be shown. */
    private static <M extends Message> M checked(M message) {
        checkTimes(message);
        return message;
    }

    private static void checkTimes(Message message) {
        if (message instanceof Timestamp time) {
            boolean valid = time.getSeconds() >= FIRST_SECOND
                    && time.getSeconds() <= LAST_SECOND
                    && time.getNanos() >= 0
                    && time.getNanos() <= LAST_NANO;
            require(valid, "it holds a time that is none: " + time.getSeconds() + " s and " + time.getNanos() + " ns");
            return;
        }
        for (Object value : message.getAllFields().values()) {
            if (value instanceof Message part) {
                checkTimes(part);
            } else if (value instanceof Collection<?> parts) {
                parts.stream()
                        .filter(Message.class::isInstance)
                        .map(Message.class::cast)
                        .forEach(Entries::checkTimes);
            }
        }
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(problem);
        }
    }
}
