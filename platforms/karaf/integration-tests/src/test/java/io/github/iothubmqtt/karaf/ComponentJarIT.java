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
package io.github.iothubmqtt.karaf;

import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

import aQute.bnd.header.Parameters;
import aQute.bnd.osgi.Domain;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Verifier;
import aQute.bnd.version.Version;
import aQute.bnd.version.VersionRange;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Reads the jar of the component as it is published: what it is to OSGi and to the module system. */
class ComponentJarIT {

    private static final String VERSION = System.getProperty("project.version");

    private static final Path FILE = Path.of(
            System.getProperty("karaf.repository"),
            "io/github/iothubmqtt/camel-azure-iothub-mqtt",
            VERSION,
            "camel-azure-iothub-mqtt-" + VERSION + ".jar");

    private Jar jar;
    private Domain manifest;

    @BeforeEach
    void open() throws Exception {
        jar = new Jar(FILE.toFile());
        manifest = Domain.domain(jar.getManifest());
    }

    @AfterEach
    void close() {
        jar.close();
    }

    @Test
    void isABundleWithoutFaults() throws Exception {
        try (Verifier verifier = new Verifier(jar)) {
            verifier.verify();

            assertThat(verifier.getErrors()).isEmpty();
            assertThat(verifier.getWarnings()).isEmpty();
        }
        assertThat(manifest.getBundleSymbolicName().getKey()).isEqualTo("camel-azure-iothub-mqtt");
        assertThat(manifest.getBundleVersion()).isEqualTo(VERSION.replace("-SNAPSHOT", ".SNAPSHOT"));
        assertThat(manifest.getRequireCapability().toString()).contains("osgi.ee=JavaSE)(version=17)");
    }

    @Test
    void exportsAllButTheMqttClient() {
        Parameters exports = manifest.getExportPackage();

        assertThat(exports.keySet())
                .containsExactlyInAnyOrder(
                        "io.github.iothubmqtt.camel",
                        "io.github.iothubmqtt.device",
                        "io.github.iothubmqtt.protocol",
                        "io.github.iothubmqtt.transport");
        assertThat(exports.values())
                .allSatisfy(export -> assertThat(export.getVersion()).isEqualTo(VERSION.replace("-SNAPSHOT", "")));
    }

    @Test
    void importsEveryCamelOfThisMajorVersionFrom414On() {
        Parameters camel = new Parameters();
        manifest.getImportPackage().forEach((name, attributes) -> {
            if (name.startsWith("org.apache.camel")) {
                camel.put(name, attributes);
            }
        });

        // Where one of the first two is missing, camel-core-osgi does not find the component and says nothing.
        assertThat(camel.keySet()).contains("org.apache.camel", "org.apache.camel.spi", "org.apache.camel.support");
        assertThat(camel.values()).allSatisfy(attributes -> {
            VersionRange range = new VersionRange(attributes.getVersion());
            assertThat(range.includes(new Version("4.14.0"))).isTrue();
            assertThat(range.includes(new Version("4.22.0"))).isTrue();
            assertThat(range.includes(new Version("4.13.9"))).isFalse();
            assertThat(range.includes(new Version("5.0.0"))).isFalse();
        });
    }

    @Test
    void importsNothingButWhatTheFeatureAndTheJdkBring() {
        assertThat(manifest.getImportPackage().keySet())
                .filteredOn(name -> !name.startsWith("org.apache.camel"))
                .containsExactlyInAnyOrder(
                        "com.fasterxml.jackson.core",
                        "com.fasterxml.jackson.core.json",
                        "com.fasterxml.jackson.databind",
                        "com.fasterxml.jackson.databind.cfg",
                        "com.fasterxml.jackson.databind.json",
                        "com.fasterxml.jackson.databind.node",
                        "javax.crypto",
                        "javax.crypto.spec",
                        "javax.net",
                        "javax.net.ssl",
                        "org.apache.commons.codec.binary",
                        "org.apache.commons.codec.digest",
                        "org.eclipse.paho.client.mqttv3",
                        "org.eclipse.paho.client.mqttv3.persist",
                        "org.slf4j");
    }

    @Test
    void holdsWhatCamelAndQuarkusLookFor() {
        assertThat(jar.getResources().keySet())
                .contains(
                        "META-INF/services/org/apache/camel/component/iothub-mqtt",
                        "META-INF/services/org/apache/camel/configurer/iothub-mqtt-component",
                        "META-INF/services/org/apache/camel/configurer/iothub-mqtt-endpoint",
                        "META-INF/services/org/apache/camel/urifactory/iothub-mqtt-endpoint",
                        "META-INF/io/github/iothubmqtt/camel/iothub-mqtt.json",
                        "META-INF/jandex.idx",
                        "io/github/iothubmqtt/camel/IotHubMqttComponentConfigurer.class",
                        "io/github/iothubmqtt/camel/IotHubMqttEndpointConfigurer.class",
                        "io/github/iothubmqtt/camel/IotHubMqttEndpointUriFactory.class");
    }

    @Test
    void isAModuleWithANameThatLasts() {
        assertThat(ModuleFinder.of(FILE).findAll())
                .extracting(ModuleReference::descriptor)
                .extracting(ModuleDescriptor::name)
                .containsExactly("io.github.iothubmqtt.camel");
    }

    @Test
    void sharesNoPackageWithTheEmulator() throws Exception {
        try (Jar emulator = new Jar(emulatorJar())) {
            assertThat(packagesOf(emulator)).contains("io.github.iothubmqtt.emulator");
            assertThat(packagesOf(jar))
                    .contains("io.github.iothubmqtt.camel")
                    .doesNotContainAnyElementsOf(packagesOf(emulator));
        }
    }

    private static Set<String> packagesOf(Jar jar) {
        return jar.getResources().keySet().stream()
                .filter(path -> path.endsWith(".class"))
                .map(path -> path.substring(0, path.lastIndexOf('/')).replace('/', '.'))
                .collect(Collectors.toSet());
    }

    private static File emulatorJar() throws URISyntaxException {
        return new File(IotHubEmulator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }
}
