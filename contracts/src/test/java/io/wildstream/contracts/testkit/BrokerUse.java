// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Finds out whether a test class can come to the broker: follows calls from its methods through the helpers of its module. */
final class BrokerUse {

    private static final Set<String> BROKERS =
            Set.of(TestBroker.class.getName(), SecureBroker.class.getName(), KRaftServer.class.getName());
    /** Makes a name and starts nothing. */
    private static final String PREFIX = "prefix";

    private final JavaClasses classes;

    /** @param classes the module's test classes and the test kit's */
    BrokerUse(JavaClasses classes) {
        this.classes = classes;
    }

    /** Whether any code of the class leads to the broker. */
    boolean reaches(JavaClass test) {
        Set<JavaCodeUnit> seen = new HashSet<>();
        Deque<JavaCodeUnit> next = new ArrayDeque<>();
        for (JavaClass part = test; part != null; part = part.getRawSuperclass().orElse(null)) {
            next.addAll(part.getCodeUnits());
        }
        while (!next.isEmpty()) {
            JavaCodeUnit unit = next.pop();
            if (!seen.add(unit)) {
                continue;
            }
            if (starts(unit)) {
                return true;
            }
            unit.getAccessesFromSelf().forEach(access -> follow(access, next));
            unit.getCodeUnitReferencesFromSelf().forEach(access -> follow(access, next));
        }
        return false;
    }

    private static boolean starts(JavaCodeUnit unit) {
        return BROKERS.contains(unit.getOwner().getName())
                && !unit.getName().equals(PREFIX)
                && !unit.getName().equals("<clinit>");
    }

    private void follow(JavaAccess<?> access, Deque<JavaCodeUnit> next) {
        JavaClass owner = access.getTargetOwner();
        if (!classes.contain(owner.getName())) {
            return;
        }
        owner.getStaticInitializer().ifPresent(next::add);
        access.getTarget().resolveMember().ifPresent(member -> {
            if (member instanceof JavaCodeUnit unit) {
                next.add(unit);
            }
            if (member instanceof JavaConstructor) {
                owner.getMethods().stream()
                        .filter(method -> !method.getModifiers().contains(JavaModifier.STATIC))
                        .forEach(next::add);
            }
        });
    }
}
