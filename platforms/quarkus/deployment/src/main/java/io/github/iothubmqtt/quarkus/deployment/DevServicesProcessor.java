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

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.quarkus.deployment.IsDevServicesSupportedByLaunchMode;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.deployment.builditem.ApplicationArchivesBuildItem;
import io.quarkus.deployment.builditem.DevServicesResultBuildItem;
import io.quarkus.deployment.dev.devservices.DevServicesConfig;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/**
 * Dev Services: in dev and test mode, when no hub is configured, has Quarkus start an emulator and point the component at it. It is
 * part of the deployment module, which no packaged application contains.
 */
@BuildSteps(onlyIf = {IsDevServicesSupportedByLaunchMode.class, DevServicesConfig.Enabled.class})
class DevServicesProcessor {

    private static final Logger LOG = Logger.getLogger(DevServicesProcessor.class);

    private static final String COMPONENT = "camel.component.iothub-mqtt.";

    /** Any of these says which hub to use, or would not fit to another; Camel takes both spellings. */
    private static final List<String> HUB_OPTIONS =
            List.of("hub", "connection-string", "connectionString", "sas-signature", "sasSignature");

    @BuildStep
    Optional<DevServicesResultBuildItem> hub(IotHubMqttBuildConfig config, ApplicationArchivesBuildItem archives) {
        Config properties = ConfigProvider.getConfig();
        return plan(
                        config.devservices(),
                        properties,
                        () -> RouteUris.of(archives.getRootArchive(), name -> value(properties, name)))
                .map(DevServicesProcessor::service);
    }

    /** Empty when no emulator is wanted. */
    static Optional<HubPlan> plan(
            IotHubMqttBuildConfig.DevServices options, Config properties, Supplier<RouteUris> application) {
        if (!options.enabled()) {
            return Optional.empty();
        }
        Optional<String> configured = HUB_OPTIONS.stream()
                .map(COMPONENT::concat)
                .filter(name -> isSet(properties, name))
                .findFirst();
        if (configured.isPresent()) {
            LOG.debugf("No IoT Hub emulator is started: %s is set", configured.get());
            return Optional.empty();
        }
        RouteUris uris = application.get();
        if (uris.nameHub()) {
            LOG.info("No IoT Hub emulator is started: the URI of a route says which hub to use");
            return Optional.empty();
        }
        Optional<String> key = Stream.of("shared-access-key", "sharedAccessKey")
                .flatMap(name -> value(properties, COMPONENT + name).stream())
                .findFirst();
        return Optional.of(HubPlan.of(options.devices().orElse(uris.identities()), options.port(), key));
    }

    private static DevServicesResultBuildItem service(HubPlan plan) {
        return DevServicesResultBuildItem.owned()
                .name(IotHubMqttProcessor.FEATURE)
                .description("IoT Hub emulator")
                .serviceConfig(plan)
                .startable(() -> new HubService(plan))
                .configProvider(HubService.CONFIGURATION)
                .postStartHook(DevServicesProcessor::print)
                .build();
    }

    private static boolean isSet(Config properties, String name) {
        // As it is written: it may refer to a property that has no value in this mode.
        String written = properties.getConfigValue(name).getRawValue();
        return written != null && !written.isBlank();
    }

    private static Optional<String> value(Config properties, String name) {
        return properties.getOptionalValue(name, String.class);
    }

    private static void print(HubService hub) {
        List<String> connectionStrings = hub.connectionStrings();
        if (connectionStrings.isEmpty()) {
            LOG.warnf(
                    "An IoT Hub emulator runs at %s, but has no devices: no URI in the application names one. Set"
                            + " quarkus.camel.iothub-mqtt.devservices.devices",
                    hub.getConnectionInfo());
        } else {
            LOG.infof(
                    "An IoT Hub emulator runs at %s. Connection strings of its devices:%n  %s",
                    hub.getConnectionInfo(), String.join("%n  ".formatted(), connectionStrings));
        }
    }
}
