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
package io.github.iothubmqtt.camel;

import java.util.EnumMap;
import java.util.Map;

import io.github.iothubmqtt.protocol.SystemProperty;

/** Which header stands for which system property of a message. */
final class SystemPropertyHeaders {

    /** In both directions. */
    static final Map<SystemProperty, String> NAMES = names();

    /** Set by the hub, to say who has sent to an input; what the device itself sends must not carry them on. */
    static final Map<SystemProperty, String> SENDER = Map.of(
            SystemProperty.CONNECTION_DEVICE_ID, IotHubMqttConstants.CONNECTION_DEVICE_ID,
            SystemProperty.CONNECTION_MODULE_ID, IotHubMqttConstants.CONNECTION_MODULE_ID);

    private SystemPropertyHeaders() {}

    /** Whether a property is a point in time, and its header an {@link java.time.Instant}. */
    static boolean isTime(SystemProperty property) {
        return property == SystemProperty.EXPIRY_TIME || property == SystemProperty.CREATION_TIME;
    }

    private static Map<SystemProperty, String> names() {
        Map<SystemProperty, String> names = new EnumMap<>(SystemProperty.class);
        names.put(SystemProperty.MESSAGE_ID, IotHubMqttConstants.MESSAGE_ID);
        names.put(SystemProperty.CORRELATION_ID, IotHubMqttConstants.CORRELATION_ID);
        names.put(SystemProperty.USER_ID, IotHubMqttConstants.USER_ID);
        names.put(SystemProperty.TO, IotHubMqttConstants.TO);
        names.put(SystemProperty.EXPIRY_TIME, IotHubMqttConstants.EXPIRY_TIME);
        names.put(SystemProperty.CREATION_TIME, IotHubMqttConstants.CREATION_TIME);
        names.put(SystemProperty.CONTENT_TYPE, IotHubMqttConstants.CONTENT_TYPE);
        names.put(SystemProperty.CONTENT_ENCODING, IotHubMqttConstants.CONTENT_ENCODING);
        names.put(SystemProperty.INTERFACE_ID, IotHubMqttConstants.INTERFACE_ID);
        names.put(SystemProperty.COMPONENT_NAME, IotHubMqttConstants.COMPONENT_NAME);
        names.put(SystemProperty.OUTPUT_NAME, IotHubMqttConstants.OUTPUT_NAME);
        names.put(SystemProperty.ACK, IotHubMqttConstants.ACK);
        return names;
    }
}
