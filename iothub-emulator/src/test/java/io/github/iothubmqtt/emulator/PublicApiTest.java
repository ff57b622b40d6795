/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.github.iothubmqtt.emulator;

import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

@AnalyzeClasses(packages = "io.github.iothubmqtt.emulator", importOptions = DoNotIncludeTests.class)
class PublicApiTest {

    private static final DescribedPredicate<JavaMethod> ANYBODY_MAY_CALL = DescribedPredicate.describe(
            "anybody may call",
            method -> method.getModifiers().contains(JavaModifier.PUBLIC)
                    && method.getOwner().getModifiers().contains(JavaModifier.PUBLIC));

    @ArchTest
    static final ArchRule noLibraryShowsInThePublicApi = methods()
            .that(ANYBODY_MAY_CALL)
            .should(new ArchCondition<>("use types of Java, JUnit and the emulator only") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                    Stream.concat(method.getRawParameterTypes().stream(), Stream.of(method.getRawReturnType()))
                            .map(JavaClass::getBaseComponentType)
                            .filter(
                                    type -> !type.isPrimitive()
                                            && !type.getPackageName()
                                                    .matches(
                                                            "(java|javax|org\\.junit|io\\.github\\.iothubmqtt\\.emulator)(\\..*)?"))
                            .forEach(type -> events.add(
                                    SimpleConditionEvent.violated(method, method.getFullName() + " uses " + type)));
                }
            });

    @ArchTest
    static final ArchRule theEmulatorDoesNotUseTheComponent = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.github.iothubmqtt.camel..",
                    "io.github.iothubmqtt.device..",
                    "io.github.iothubmqtt.protocol..",
                    "io.github.iothubmqtt.transport..",
                    "org.apache.camel..");
}
