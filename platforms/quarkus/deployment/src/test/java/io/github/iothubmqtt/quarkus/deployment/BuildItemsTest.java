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
package io.github.iothubmqtt.quarkus.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;

import io.github.iothubmqtt.camel.IotHubMqttComponent;
import io.quarkus.builder.BuildContext;
import io.quarkus.deployment.builditem.ExtensionSslNativeSupportBuildItem;
import io.quarkus.deployment.builditem.FeatureBuildItem;
import io.quarkus.deployment.builditem.GeneratedResourceBuildItem;
import io.quarkus.deployment.builditem.nativeimage.NativeImageResourceBundleBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveClassBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ServiceProviderBuildItem;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import org.apache.camel.CamelContext;
import org.apache.camel.quarkus.core.deployment.spi.CamelServiceBuildItem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** A real augmentation of an application that has the extension and nothing else. */
class BuildItemsTest {

    /** Carries what the build has produced into the application, where the tests run. */
    private static final String RECORD = "build-items.txt";

    @RegisterExtension
    static final QuarkusUnitTest app = new QuarkusUnitTest()
            .withEmptyApplication()
            .overrideConfigKey("quarkus.camel.iothub-mqtt.devservices.enabled", "false")
            .overrideConfigKey("quarkus.http.test-port", "0")
            .addBuildChainCustomizer(chain -> chain.addBuildStep(BuildItemsTest::record)
                    .consumes(FeatureBuildItem.class)
                    .consumes(CamelServiceBuildItem.class)
                    .consumes(ReflectiveClassBuildItem.class)
                    .consumes(NativeImageResourceBundleBuildItem.class)
                    .consumes(ServiceProviderBuildItem.class)
                    .consumes(ExtensionSslNativeSupportBuildItem.class)
                    .produces(GeneratedResourceBuildItem.class)
                    .build());

    @Inject
    CamelContext camel;

    private static void record(BuildContext build) {
        Stream<String> features =
                build.consumeMulti(FeatureBuildItem.class).stream().map(item -> "feature " + item.getName());
        Stream<String> services = build.consumeMulti(CamelServiceBuildItem.class).stream()
                .map(item -> "service " + item.path + " " + item.type);
        Stream<String> reflective = build.consumeMulti(ReflectiveClassBuildItem.class).stream()
                .flatMap(item -> item.getClassNames().stream())
                .map(name -> "reflective " + name);
        Stream<String> bundles = build.consumeMulti(NativeImageResourceBundleBuildItem.class).stream()
                .map(item -> "bundle " + item.getBundleName());
        Stream<String> providers = build.consumeMulti(ServiceProviderBuildItem.class).stream()
                .flatMap(item -> item.providers().stream()
                        .map(provider -> "provider " + item.serviceDescriptorFile() + " " + provider));
        Stream<String> tls = build.consumeMulti(ExtensionSslNativeSupportBuildItem.class).stream()
                .map(item -> "tls " + item.getExtension());
        List<String> all = Stream.of(features, services, reflective, bundles, providers, tls)
                .flatMap(lines -> lines)
                .toList();
        build.produce(
                new GeneratedResourceBuildItem(RECORD, String.join("\n", all).getBytes(UTF_8)));
    }

    @Test
    void theFeatureIsAnnounced() {
        assertThat(recorded()).contains("feature camel-azure-iothub-mqtt");
    }

    @Test
    void theComponentIsBoundWithoutALookUp() {
        assertThat(camel.getRegistry().lookupByName("iothub-mqtt")).isInstanceOf(IotHubMqttComponent.class);
    }

    @Test
    void theOtherServicesOfTheComponentAreFoundAtBuildTime() {
        String service = "service META-INF/services/org/apache/camel/";
        String camel = " io.github.iothubmqtt.camel.";
        assertThat(recorded())
                .contains(
                        service + "configurer/iothub-mqtt-component" + camel + "IotHubMqttComponentConfigurer",
                        service + "configurer/iothub-mqtt-endpoint" + camel + "IotHubMqttEndpointConfigurer",
                        service + "urifactory/iothub-mqtt-endpoint" + camel + "IotHubMqttEndpointUriFactory");
    }

    @Test
    void whatIsLoadedByNameIsReflective() {
        assertThat(recorded())
                .contains(
                        "reflective io.github.iothubmqtt.camel.IotHubMqttComponent",
                        "reflective io.github.iothubmqtt.camel.IotHubMqttEndpoint",
                        "reflective io.github.iothubmqtt.camel.IotHubMqttEndpointConfigurer",
                        "reflective org.eclipse.paho.client.mqttv3.logging.JSR47Logger",
                        "reflective org.eclipse.paho.client.mqttv3.internal.ResourceBundleCatalog",
                        "reflective org.apache.camel.support.jsse.SSLContextParameters",
                        "reflective org.apache.camel.support.jsse.TrustManagersParameters",
                        "reflective org.apache.camel.support.jsse.KeyStoreParameters");
    }

    @Test
    void textsOfPahoAreKept() {
        String paho = "bundle org.eclipse.paho.client.mqttv3.internal.nls.";
        assertThat(recorded()).contains(paho + "logcat", paho + "messages");
    }

    @Test
    void networkModulesOfPahoAreKept() {
        String paho = "org.eclipse.paho.client.mqttv3.";
        String provider = "provider META-INF/services/" + paho + "spi.NetworkModuleFactory " + paho;
        assertThat(recorded())
                .contains(provider + "internal.TCPNetworkModuleFactory", provider + "internal.SSLNetworkModuleFactory");
    }

    @Test
    void tlsIsAskedFor() {
        assertThat(recorded()).contains("tls camel-azure-iothub-mqtt");
    }

    private static List<String> recorded() {
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(RECORD)) {
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
