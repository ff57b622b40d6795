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
package io.github.iothubmqtt;

import java.time.Instant;
import java.util.Timer;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.github.iothubmqtt.transport.paho.PahoTransport;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** Which package may know which, and what no code of the component may do. */
@AnalyzeClasses(
        packages = "io.github.iothubmqtt",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NotTheEmulator.class})
class ArchitectureTest {

    private static final String ROOT = "io.github.iothubmqtt";

    @ArchTest
    static final ArchRule layersKnowOnlyWhatIsBelowThem = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("camel")
            .definedBy(ROOT + ".camel..")
            .layer("device")
            .definedBy(ROOT + ".device..")
            .layer("protocol")
            .definedBy(ROOT + ".protocol..")
            .layer("transport")
            .definedBy(ROOT + ".transport")
            .layer("paho")
            .definedBy(ROOT + ".transport.paho..")
            .whereLayer("camel")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("device")
            .mayOnlyBeAccessedByLayers("camel")
            .whereLayer("protocol")
            .mayOnlyBeAccessedByLayers("camel", "device")
            .whereLayer("transport")
            .mayOnlyBeAccessedByLayers("camel", "device", "paho")
            .whereLayer("paho")
            .mayOnlyBeAccessedByLayers("camel");

    @ArchTest
    static final ArchRule thereAreNoOtherPackages = classes()
            .should()
            .resideInAnyPackage(
                    ROOT + ".camel",
                    ROOT + ".device",
                    ROOT + ".protocol",
                    ROOT + ".transport",
                    ROOT + ".transport.paho");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheCamelPackageKnowsCamel = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".camel")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule onlyItsTransportKnowsPaho = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".transport.paho")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.paho..");

    @ArchTest
    static final ArchRule onlyTheComponentNamesTheTransport = noClasses()
            .that()
            .resideInAPackage(ROOT + ".camel")
            .and()
            .doNotHaveSimpleName("IotHubMqttComponent")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".transport.paho");

    @ArchTest
    static final ArchRule theProtocolKnowsNeitherNetworkNorThreads = noClasses()
            .that()
            .resideInAPackage(ROOT + ".protocol")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net..", "javax.net..", "java.util.concurrent..", "org.slf4j..");

    @ArchTest
    static final ArchRule theTransportShowsOneClass = classes()
            .that()
            .resideInAPackage(ROOT + ".transport.paho")
            .and()
            .doNotBelongToAnyOf(PahoTransport.class)
            .should()
            .notBePublic();

    @ArchTest
    static final ArchRule threadsAreNotMadeByHand =
            noClasses().should().callConstructorWhere(target(owner(assignableTo(Thread.class))));

    @ArchTest
    static final ArchRule executorsComeFromOutside =
            noClasses().should().dependOnClassesThat().belongToAnyOf(Timer.class, Executors.class, ForkJoinPool.class);

    @ArchTest
    static final ArchRule nobodySleeps = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class);

    @ArchTest
    static final ArchRule nobodyHoldsAMonitor = noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED);

    @ArchTest
    static final ArchRule timeComesFromAClock = noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now");

    @ArchTest
    static final ArchRule logsGoToSlf4j = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..", "org.apache.logging..")
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    /** The emulator is only on the class path of the tests, and a product of its own. */
    static final class NotTheEmulator implements ImportOption {

        @Override
        public boolean includes(Location location) {
            return !location.contains("/iothubmqtt/emulator/");
        }
    }
}
