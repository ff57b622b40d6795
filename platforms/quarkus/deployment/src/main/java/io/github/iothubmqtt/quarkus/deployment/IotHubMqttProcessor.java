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

import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.builditem.ExtensionSslNativeSupportBuildItem;
import io.quarkus.deployment.builditem.FeatureBuildItem;
import io.quarkus.deployment.builditem.IndexDependencyBuildItem;
import io.quarkus.deployment.builditem.nativeimage.NativeImageResourceBundleBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveClassBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ServiceProviderBuildItem;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.eclipse.paho.client.mqttv3.internal.ResourceBundleCatalog;
import org.eclipse.paho.client.mqttv3.internal.SSLNetworkModuleFactory;
import org.eclipse.paho.client.mqttv3.internal.TCPNetworkModuleFactory;
import org.eclipse.paho.client.mqttv3.logging.JSR47Logger;
import org.eclipse.paho.client.mqttv3.spi.NetworkModuleFactory;

/**
 * Tells Quarkus what it cannot see by itself: that the component is there, and what a native executable must contain for it, its MQTT
 * client and TLS. Camel's own build steps find the component's services, in the index asked for here, and register its classes.
 */
class IotHubMqttProcessor {

    static final String FEATURE = "camel-azure-iothub-mqtt";

    private static final String PAHO_TEXTS = "org.eclipse.paho.client.mqttv3.internal.nls.";

    @BuildStep
    FeatureBuildItem feature() {
        return new FeatureBuildItem(FEATURE);
    }

    @BuildStep
    IndexDependencyBuildItem componentIsIndexed() {
        return new IndexDependencyBuildItem("io.github.iothubmqtt", "camel-azure-iothub-mqtt");
    }

    @BuildStep
    ExtensionSslNativeSupportBuildItem tls() {
        return new ExtensionSslNativeSupportBuildItem(FEATURE);
    }

    /** Paho loads its logger and its catalogue of messages by name. */
    @BuildStep
    ReflectiveClassBuildItem classesThatPahoLoadsByName() {
        return ReflectiveClassBuildItem.builder(JSR47Logger.class, ResourceBundleCatalog.class)
                .reason(FEATURE)
                .build();
    }

    @BuildStep
    void textsOfPaho(BuildProducer<NativeImageResourceBundleBuildItem> bundles) {
        bundles.produce(new NativeImageResourceBundleBuildItem(PAHO_TEXTS + "logcat"));
        bundles.produce(new NativeImageResourceBundleBuildItem(PAHO_TEXTS + "messages"));
    }

    /** Without those for WebSocket, which the component does not use and which would need a substitution. */
    @BuildStep
    ServiceProviderBuildItem networkModulesOfPaho() {
        return new ServiceProviderBuildItem(
                NetworkModuleFactory.class.getName(),
                TCPNetworkModuleFactory.class.getName(),
                SSLNetworkModuleFactory.class.getName());
    }

    /** So that TLS can be set up by properties alone, as Dev Services do: {@code camel.beans.tls = #class:…}. */
    @BuildStep
    ReflectiveClassBuildItem tlsSettings() {
        return ReflectiveClassBuildItem.builder(
                        SSLContextParameters.class, TrustManagersParameters.class, KeyStoreParameters.class)
                .methods()
                .reason(FEATURE)
                .build();
    }
}
