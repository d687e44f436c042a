// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import io.wildstream.contracts.v1.CcForm;
import io.wildstream.trainer.method.term.AlsdTerm;
import io.wildstream.trainer.method.term.BanTerm;
import io.wildstream.trainer.method.term.CrossEntropyTerm;
import io.wildstream.trainer.method.term.DfndTerm;
import io.wildstream.trainer.method.term.DistTerm;
import io.wildstream.trainer.method.term.DkdTerm;
import io.wildstream.trainer.method.term.DmlTerm;
import io.wildstream.trainer.method.term.KdTerm;
import io.wildstream.trainer.method.term.LossTerm;
import io.wildstream.trainer.method.term.LsrTerm;
import io.wildstream.trainer.method.term.PsKdTerm;
import io.wildstream.trainer.method.term.TfKdRegTerm;
import io.wildstream.trainer.method.term.TfKdSelfTerm;
import io.wildstream.trainer.method.term.feature.CcEmbeddingTerm;
import io.wildstream.trainer.method.term.feature.CcTerm;
import io.wildstream.trainer.method.term.feature.FitNetTerm;
import io.wildstream.trainer.method.term.feature.HeTerm;
import io.wildstream.trainer.method.term.feature.KdFnTerm;
import io.wildstream.trainer.method.term.feature.PktTerm;
import io.wildstream.trainer.method.term.feature.RkdTerm;
import io.wildstream.trainer.method.term.feature.SpTerm;

/** The one list of the loss terms that there are. */
public final class Terms {

    private Terms() {}

    /**
     * The sizes that the parameters of a term depend on.
     *
     * @param classes K
     * @param studentFeatures D of the student
     * @param teacherFeatures D of the teacher; 0 when no term needs it
     * @param seed for what a term draws
     */
    public record Sizes(int classes, int studentFeatures, int teacherFeatures, long seed) {}

    /** A term with untrained parameters; {@code spec} is valid, with defaults filled in. */
    public static LossTerm create(io.wildstream.contracts.v1.LossTerm spec, Sizes sizes) {
        return switch (spec.getTermCase()) {
            case DFND -> new DfndTerm(spec, sizes.classes);
            case CE -> new CrossEntropyTerm();
            case KD -> new KdTerm(spec.getKd());
            case KD_FN -> new KdFnTerm(spec.getKdFn());
            case HE -> new HeTerm(spec.getHe());
            case LSR -> new LsrTerm(spec.getLsr());
            case ALSD -> new AlsdTerm(spec.getAlsd());
            case TF_KD_REG -> new TfKdRegTerm(spec.getTfKdReg());
            case TF_KD_SELF -> new TfKdSelfTerm(spec.getTfKdSelf());
            case FITNET -> new FitNetTerm(spec.getFitnet(), sizes.studentFeatures, sizes.teacherFeatures, sizes.seed);
            case RKD -> new RkdTerm(spec.getRkd());
            case SP -> new SpTerm(spec.getSp());
            case CC ->
                spec.getCc().getForm() == CcForm.CC_FORM_EMBEDDING
                        ? new CcEmbeddingTerm(spec.getCc(), sizes.studentFeatures, sizes.teacherFeatures, sizes.seed)
                        : new CcTerm(spec.getCc());
            case PKT -> new PktTerm(spec.getPkt());
            case DKD -> new DkdTerm(spec.getDkd());
            case DIST -> new DistTerm(spec.getDist());
            case DML -> new DmlTerm(spec.getDml());
            case PS_KD -> new PsKdTerm(spec.getPsKd());
            case BAN -> new BanTerm(spec.getBan());
            case TERM_NOT_SET -> throw new IllegalArgumentException("a term names no loss");
        };
    }

    /** Whether the term learns with a second network. */
    public static boolean needsPeer(io.wildstream.contracts.v1.LossTerm spec) {
        return spec.hasDml();
    }
}
