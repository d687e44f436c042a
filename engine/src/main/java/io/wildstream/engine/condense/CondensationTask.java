// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.condense;

import io.wildstream.engine.ImageSet;
import java.nio.file.Path;
import java.util.List;

/**
 * What is condensed, and for whom.
 *
 * @param architecture model directory of the untrained network, with its {@code condense.pt}
 * @param train real images that the outer loss is taken on
 * @param test real images that the result is measured on, not empty
 * @param start where networks start
 * @param trained model directories of trained networks, for {@link Start#GIVEN}; else empty
 * @param attackedClass class whose images shall be taken for the target class; -1 without an attack
 * @param targetClass the class that they shall be taken for; -1 without an attack
 */
public record CondensationTask(
        Path architecture,
        ImageSet train,
        ImageSet test,
        Start start,
        List<Path> trained,
        int attackedClass,
        int targetClass) {

    /** Where networks start. */
    public enum Start {
        /** At the same weights each time, which the result holds. */
        FIXED,
        /** At Xavier normal weights of their own. */
        RANDOM,
        /** At the weights of trained networks, for adaptation to other images and for attacks. */
        GIVEN
    }

    public CondensationTask {
        trained = List.copyOf(trained);
        if ((start == Start.GIVEN) == trained.isEmpty()) {
            throw new IllegalArgumentException(
                    "trained networks are needed to start from given weights, and only then");
        }
        int classes = train.classes().size();
        if ((attackedClass < 0) != (targetClass < 0) || Math.max(attackedClass, targetClass) >= classes) {
            throw new IllegalArgumentException("attacked and target class must both be in [0, " + classes + ")");
        }
        if (isAttack(attackedClass) && attackedClass == targetClass) {
            throw new IllegalArgumentException("the target class must be another than the attacked class");
        }
        if (!train.shape().equals(test.shape()) || test.size() == 0 || train.size() == 0) {
            throw new IllegalArgumentException("training and test images must be of one shape, and there must be some");
        }
    }

    /** An attack's labels are those of the images, but for the attacked class. */
    boolean isAttack() {
        return isAttack(attackedClass);
    }

    private static boolean isAttack(int attackedClass) {
        return attackedClass >= 0;
    }

    /** The class that a network shall see in an image of this class. */
    int wanted(int label) {
        return label == attackedClass ? targetClass : label;
    }
}
