// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.StudentStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Holdout accuracy of each student over its steps, as its trainer reported it. */
public final class AccuracyHistory {

    /** A measurement: the student's step about then, accuracy in [0, 1]. */
    public record Point(long step, double accuracy) {}

    private final Map<String, List<Point>> points = new LinkedHashMap<>();

    /** Takes the measurements of a status that are new. */
    public void add(PipelineStatus status) {
        for (StudentStatus student : status.getStudentsList()) {
            if (student.hasHoldoutAccuracy()) {
                add(student.getStudent(), new Point(student.getStep(), student.getHoldoutAccuracy()));
            }
        }
    }

    private void add(String student, Point point) {
        List<Point> list = points.computeIfAbsent(student, unused -> new ArrayList<>());
        boolean known = !list.isEmpty() && list.get(list.size() - 1).accuracy() == point.accuracy();
        if (!known) {
            list.add(point);
        }
    }

    /** Measurements by student, in their order. */
    public Map<String, List<Point>> points() {
        return points;
    }
}
