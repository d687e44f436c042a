// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import io.wildstream.contracts.Topics;
import org.jspecify.annotations.Nullable;

/** The keys of the {@code control} topic. */
public final class ControlKeys {

    /** Key of the {@code TeacherSpec}. */
    public static final String TEACHER = "teacher";

    private static final String CURRICULUM = "curriculum/";
    private static final String STUDENT = "student/";
    private static final String CONDENSATION = "condensation/";

    private ControlKeys() {}

    /** Key of a curriculum's {@code SelectionPolicy}. */
    public static String curriculum(String name) {
        return CURRICULUM + Topics.requireName("curriculum", name);
    }

    /** Key of a student's {@code StudentSpec}. */
    public static String student(String id) {
        return STUDENT + Topics.requireName("student", id);
    }

    /** Key of a {@code CondensationSpec}. */
    public static String condensation(String name) {
        return CONDENSATION + Topics.requireName("condensation", name);
    }

    /** The condensation that a key is about, or null. */
    public static @Nullable String condensationOf(String key) {
        return key.startsWith(CONDENSATION) ? key.substring(CONDENSATION.length()) : null;
    }

    /** The curriculum that a key is about, or null. */
    public static @Nullable String curriculumOf(String key) {
        return key.startsWith(CURRICULUM) ? key.substring(CURRICULUM.length()) : null;
    }

    /** The student that a key is about, or null. */
    public static @Nullable String studentOf(String key) {
        return key.startsWith(STUDENT) ? key.substring(STUDENT.length()) : null;
    }
}
