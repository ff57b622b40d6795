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
import java.util.OptionalInt;

import io.quarkus.runtime.annotations.ConfigGroup;
import io.quarkus.runtime.annotations.ConfigPhase;
import io.quarkus.runtime.annotations.ConfigRoot;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The options of the extension itself. Those of the component are Camel's: {@code camel.component.iothub-mqtt.*}. */
@ConfigRoot(phase = ConfigPhase.BUILD_TIME)
@ConfigMapping(prefix = "quarkus.camel.iothub-mqtt")
public interface IotHubMqttBuildConfig {

    /**
     * Dev Services: an IoT Hub emulator for dev and test mode.
     */
    DevServices devservices();

    /** Options of Dev Services. */
    @ConfigGroup
    interface DevServices {

        /**
         * Whether an IoT Hub emulator starts by itself in dev and test mode when no hub is configured.
         */
        @WithDefault("true")
        boolean enabled();

        /**
         * The devices and modules of the emulator, such as {@code thermostat-7,gateway/filter}. The default is those that URIs name in the
         * application's classes and in its yaml, xml and properties files.
         */
        Optional<List<String>> devices();

        /**
         * The TCP port of the emulator. The default is a free one.
         */
        OptionalInt port();
    }
}
