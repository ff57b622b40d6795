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
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares features files: ours with the genuine one of camel-karaf, which it builds on, and the stand-in, which the tests in Karaf run with,
 * with that too.
 */
class FeaturesFilesIT {

    private static final String CAMEL_VERSION = System.getProperty("camel-karaf.version");
    private static final String VERSION = System.getProperty("project.version");

    private final Document ours = parse(Path.of(
                    System.getProperty("karaf.repository"),
                    "io/github/iothubmqtt/camel-azure-iothub-mqtt-features",
                    VERSION,
                    "camel-azure-iothub-mqtt-features-" + VERSION + "-features.xml")
            .toFile());
    private final Document genuine = parse(new File(System.getProperty("genuine-camel-features")));
    private final Document standIn = parse(new File(System.getProperty("stand-in")));

    @Test
    void ourFeatureBuildsOnOneThatCamelKarafHas() {
        assertThat(texts(ours, "/features/repository"))
                .containsExactly("mvn:org.apache.camel.karaf/apache-camel/" + CAMEL_VERSION + "/xml/features");
        assertThat(texts(genuine, "//feature[@name='camel-core']/@version")).containsExactly(CAMEL_VERSION);
        assertThat(texts(ours, "//feature/feature")).containsExactly("camel-core");
        assertThat(texts(ours, "//feature/feature/@version")).containsExactly("[4.14,5)");
    }

    @Test
    void ourFeatureBringsThePahoOfFeatureCamelPaho() {
        assertThat(texts(ours, "//bundle[contains(., 'paho')]"))
                .isNotEmpty()
                .isEqualTo(texts(genuine, "//feature[@name='camel-paho']/bundle[contains(., 'eclipse.paho')]"));
    }

    @Test
    void ourFeatureBringsTheCodecOfFeatureCamelCore() {
        assertThat(texts(ours, "//bundle[contains(., 'codec')]"))
                .isNotEmpty()
                .isEqualTo(texts(genuine, "//feature[@name='camel-core']/bundle[contains(., 'codec')]"));
    }

    @Test
    void theStandInHasTheBundlesOfTheGenuineCamelCoreButForThoseThatCannotBeHad() {
        List<String> missing =
                List.of("camel-management", "camel-console", "camel-directvm", "camel-vm", "camel-karaf-shell");
        // Inside the genuine camel-xml-jaxp.
        List<String> apart = List.of("camel-xml-jaxp-util");

        List<String> ofGenuine = camelBundles(genuine);
        assertThat(ofGenuine).hasSizeGreaterThan(40).containsAll(missing);
        assertThat(camelBundles(standIn))
                .filteredOn(name -> !apart.contains(name))
                .containsExactlyInAnyOrderElementsOf(ofGenuine.stream()
                        .filter(name -> !missing.contains(name))
                        .toList());
    }

    @Test
    void theStandInTakesWhatFindsComponentsInBundlesFromCamelKaraf() {
        String bundle = "mvn:org.apache.camel.karaf/camel-core-osgi/" + CAMEL_VERSION;

        assertThat(texts(standIn, "//bundle")).contains(bundle);
        assertThat(texts(genuine, "//feature[@name='camel-core']/bundle")).contains(bundle);
    }

    private static List<String> camelBundles(Document features) {
        return texts(features, "//feature[@name='camel-core']//bundle").stream()
                .filter(uri -> uri.contains("org.apache.camel"))
                .map(uri -> uri.replaceFirst("^(wrap:)?mvn:[^/]*/([^/]*)/.*", "$2"))
                .toList();
    }

    /** Features files have one namespace, so names can do without it. */
    private static Document parse(File file) {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file);
        } catch (Exception e) {
            throw new AssertionError("Cannot read " + file, e);
        }
    }

    private static List<String> texts(Document document, String path) {
        try {
            NodeList nodes =
                    (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
            return IntStream.range(0, nodes.getLength())
                    .mapToObj(i -> nodes.item(i).getTextContent().strip())
                    .toList();
        } catch (Exception e) {
            throw new AssertionError("Cannot evaluate " + path, e);
        }
    }
}
