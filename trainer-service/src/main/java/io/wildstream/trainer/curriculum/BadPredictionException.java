// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

/** A teacher's prediction that no student of this shape can learn from. */
final class BadPredictionException extends Exception {

    private static final long serialVersionUID = 1L;

    private final RecordParser.Reason reason;
    private final String detail;

    BadPredictionException(RecordParser.Reason reason, String detail) {
        super(reason + ": " + detail);
        this.reason = reason;
        this.detail = detail;
    }

    RecordParser.Reason reason() {
        return reason;
    }

    String detail() {
        return detail;
    }
}
