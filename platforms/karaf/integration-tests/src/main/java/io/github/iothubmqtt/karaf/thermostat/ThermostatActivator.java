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
package io.github.iothubmqtt.karaf.thermostat;

import io.github.iothubmqtt.camel.IotHubMqttComponent;
import io.github.iothubmqtt.camel.IotHubMqttConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.karaf.core.OsgiDefaultCamelContext;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Runs the routes for as long as this bundle is active and the component is there: bundles start in any order, and the component's may be
 * updated while this one runs. Which device the routes are comes from the environment: {@code IOTHUB_CONNECTION_STRING}, and
 * {@code IOTHUB_TRUST_STORE} for a hub whose certificate is not from a public authority. Made and called by the framework.
 */
public final class ThermostatActivator
        implements BundleActivator, ServiceTrackerCustomizer<ComponentResolver, CamelContext> {

    /** The service that camel-core-osgi registers for each component that it finds in a bundle. */
    private static final String COMPONENT =
            "(&(objectClass=org.apache.camel.spi.ComponentResolver)(component=iothub-mqtt))";

    private BundleContext bundle;
    private ServiceTracker<ComponentResolver, CamelContext> component;

    @Override
    public void start(BundleContext bundle) throws InvalidSyntaxException {
        this.bundle = bundle;
        component = new ServiceTracker<>(bundle, bundle.createFilter(COMPONENT), this);
        component.open();
    }

    @Override
    public void stop(BundleContext bundle) {
        component.close();
    }

    @Override
    public CamelContext addingService(ServiceReference<ComponentResolver> reference) {
        CamelContext camel = new OsgiDefaultCamelContext(bundle);
        try {
            IotHubMqttConfiguration device =
                    camel.getComponent("iothub-mqtt", IotHubMqttComponent.class).getConfiguration();
            device.setConnectionString(System.getenv("IOTHUB_CONNECTION_STRING"));
            device.setSslContextParameters(trust(System.getenv("IOTHUB_TRUST_STORE")));
            camel.addRoutes(new ThermostatRoutes());
            camel.start();
            return camel;
        } catch (Exception e) {
            camel.stop();
            throw new IllegalStateException("The routes do not start: " + e.getMessage(), e);
        }
    }

    private static SSLContextParameters trust(String file) {
        if (file == null) {
            return null;
        }
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + file);
        store.setType("PKCS12");
        store.setPassword("changeit");
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store);
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setTrustManagers(trust);
        return parameters;
    }

    @Override
    public void modifiedService(ServiceReference<ComponentResolver> reference, CamelContext camel) {
        // Nothing that the routes depend on.
    }

    @Override
    public void removedService(ServiceReference<ComponentResolver> reference, CamelContext camel) {
        camel.stop();
    }
}
