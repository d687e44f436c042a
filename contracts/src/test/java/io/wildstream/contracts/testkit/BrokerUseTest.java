// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.Locations;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerUseTest {

    private static final JavaClasses CLASSES = TagRules.imported(Locations.ofPackage(BrokerUse.class.getPackageName()));
    private final BrokerUse use = new BrokerUse(CLASSES);

    @ParameterizedTest
    @ValueSource(
            classes = {
                Directly.class,
                ByAHelper.class,
                ByAField.class,
                InALambda.class,
                ByAReference.class,
                Inherited.class
            })
    void seesEachWayToTheBroker(Class<?> test) {
        assertThat(use.reaches(CLASSES.get(test))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(classes = {OnlyAName.class, AnotherMethodOfTheHelper.class})
    void isNotMisledByWhatStartsNothing(Class<?> test) {
        assertThat(use.reaches(CLASSES.get(test))).isFalse();
    }

    static class Directly {
        void test() {
            TestBroker.get();
        }
    }

    static class ByAHelper {
        void test() {
            new Helper().use();
        }
    }

    static class ByAField {
        private final Helper helper = new Helper();
    }

    static class InALambda {
        Supplier<Object> test() {
            return () -> TestLog.committed("topic");
        }
    }

    static class ByAReference {
        Supplier<Object> test() {
            return TestBroker::get;
        }
    }

    static class Inherited extends Directly {}

    static class OnlyAName {
        void test() {
            TestBroker.prefix(getClass());
        }
    }

    static class AnotherMethodOfTheHelper {
        void test() {
            Helper.nothing();
        }
    }

    static class Helper {
        void use() {
            TestBroker.get();
        }

        static void nothing() {}
    }
}
