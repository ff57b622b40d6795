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

import org.apache.camel.spi.Metadata;

/** The headers that producer and consumer read and set. */
public final class IotHubMqttConstants {

    @Metadata(label = "common", description = "Message id (`$.mid`): up to 128 ASCII characters.", javaType = "String")
    public static final String MESSAGE_ID = "CamelIotHubMqttMessageId";

    @Metadata(label = "common", description = "Correlation id (`$.cid`).", javaType = "String")
    public static final String CORRELATION_ID = "CamelIotHubMqttCorrelationId";

    @Metadata(label = "common", description = "User id (`$.uid`).", javaType = "String")
    public static final String USER_ID = "CamelIotHubMqttUserId";

    @Metadata(
            label = "common",
            description =
                    "Destination (`$.to`). The hub sets it on devicebound messages; on telemetry it has no effect.",
            javaType = "String")
    public static final String TO = "CamelIotHubMqttTo";

    @Metadata(
            label = "common",
            description =
                    "When the message expires (`$.exp`). For a producer also text in ISO 8601 or a `java.util.Date`.",
            javaType = "java.time.Instant")
    public static final String EXPIRY_TIME = "CamelIotHubMqttExpiryTime";

    @Metadata(
            label = "common",
            description =
                    "When the message was created (`$.ctime`). For a producer also text in ISO 8601 or a `java.util.Date`.",
            javaType = "java.time.Instant")
    public static final String CREATION_TIME = "CamelIotHubMqttCreationTime";

    @Metadata(
            label = "common",
            description =
                    "Content type of the body (`$.ct`), such as `application/json`. Wins over the option `contentType`.",
            javaType = "String")
    public static final String CONTENT_TYPE = "CamelIotHubMqttContentType";

    @Metadata(
            label = "common",
            description =
                    "Content encoding of the body (`$.ce`), such as `utf-8`. Wins over the option `contentEncoding`.",
            javaType = "String")
    public static final String CONTENT_ENCODING = "CamelIotHubMqttContentEncoding";

    @Metadata(label = "common", description = "Interface id (`$.ifid`).", javaType = "String")
    public static final String INTERFACE_ID = "CamelIotHubMqttInterfaceId";

    @Metadata(label = "common", description = "Name of the IoT Plug and Play component (`$.sub`).", javaType = "String")
    public static final String COMPONENT_NAME = "CamelIotHubMqttComponentName";

    @Metadata(
            label = "common",
            description = "Name of the module output (`$.on`). Wins over the option `outputName`.",
            javaType = "String")
    public static final String OUTPUT_NAME = "CamelIotHubMqttOutputName";

    @Metadata(
            label = "common",
            description =
                    "Which feedback the sender of a devicebound message asks for (`iothub-ack`): none, positive, negative or full.",
            javaType = "String")
    public static final String ACK = "CamelIotHubMqttAck";

    @Metadata(
            label = "common",
            description =
                    "All application properties as one map from name to text. The consumer sets it unfiltered; a value is null when the"
                            + " property came without one. For the producer its entries win over headers of the same name.",
            javaType = "Map<String, Object>")
    public static final String PROPERTIES = "CamelIotHubMqttProperties";

    @Metadata(
            label = "common",
            description =
                    "MQTT quality of service, 0 or 1. For the producer it wins over the option `qos`; the consumer sets that of the"
                            + " delivery.",
            javaType = "Integer")
    public static final String QOS = "CamelIotHubMqttQoS";

    @Metadata(
            label = "producer",
            description = "What to do with the exchange; wins over the option `operation`.",
            javaType = "io.github.iothubmqtt.camel.ProducerOperation")
    public static final String OPERATION = "CamelIotHubMqttOperation";

    @Metadata(
            label = "producer",
            description =
                    "With `operation=twinUpdate`: the version that the reported properties must have, or the hub changes nothing and the"
                            + " exchange fails with a `TwinVersionMismatchException`.",
            javaType = "Long")
    public static final String EXPECTED_VERSION = "CamelIotHubMqttExpectedVersion";

    @Metadata(
            label = "producer",
            description = "Set by a twin operation: the status of the hub's answer, 200 or 204.",
            javaType = "Integer")
    public static final String STATUS = "CamelIotHubMqttStatus";

    @Metadata(
            label = "common",
            description =
                    "Version of the desired properties: set by `operation=twinGet`, and by the consumer with `channel=desired`.",
            javaType = "Long")
    public static final String DESIRED_VERSION = "CamelIotHubMqttDesiredVersion";

    @Metadata(
            label = "producer",
            description =
                    "Version of the reported properties: set by `operation=twinGet`, and by `operation=twinUpdate` to the new one.",
            javaType = "Long")
    public static final String REPORTED_VERSION = "CamelIotHubMqttReportedVersion";

    @Metadata(
            label = "consumer",
            description =
                    "With `channel=desired`: whether the body holds all desired properties (true), or those that changed, with null for"
                            + " removed ones (false).",
            javaType = "Boolean")
    public static final String DESIRED_COMPLETE = "CamelIotHubMqttDesiredComplete";

    @Metadata(
            label = "consumer",
            description = "With `channel=methods`: name of the method that is called.",
            javaType = "String")
    public static final String METHOD_NAME = "CamelIotHubMqttMethodName";

    @Metadata(
            label = "consumer",
            description = "With `channel=methods`: the status of the answer, which the route may set. Without it, 200.",
            javaType = "Integer",
            defaultValue = "200")
    public static final String METHOD_STATUS = "CamelIotHubMqttMethodStatus";

    @Metadata(
            label = "consumer",
            description = "With `channel=methods`: the hub's id of the call.",
            javaType = "String")
    public static final String REQUEST_ID = "CamelIotHubMqttRequestId";

    @Metadata(
            label = "consumer",
            description = "With `channel=input`: name of the input that the message came to.",
            javaType = "String")
    public static final String INPUT_NAME = "CamelIotHubMqttInputName";

    @Metadata(
            label = "consumer",
            description = "With `channel=input`: id of the device that sent the message (`$.cdid`).",
            javaType = "String")
    public static final String CONNECTION_DEVICE_ID = "CamelIotHubMqttConnectionDeviceId";

    @Metadata(
            label = "consumer",
            description = "With `channel=input`: id of the module that sent the message (`$.cmid`).",
            javaType = "String")
    public static final String CONNECTION_MODULE_ID = "CamelIotHubMqttConnectionModuleId";

    @Metadata(label = "consumer", description = "Id of the device that received the message.", javaType = "String")
    public static final String DEVICE_ID = "CamelIotHubMqttDeviceId";

    @Metadata(label = "consumer", description = "Id of the module that received the message.", javaType = "String")
    public static final String MODULE_ID = "CamelIotHubMqttModuleId";

    @Metadata(label = "consumer", description = "MQTT topic as it came, for diagnosis.", javaType = "String")
    public static final String TOPIC = "CamelIotHubMqttTopic";

    @Metadata(
            label = "consumer",
            description = "Whether the hub has sent this message before (the MQTT flag DUP).",
            javaType = "Boolean")
    public static final String DUPLICATE = "CamelIotHubMqttDuplicate";

    @Metadata(
            label = "consumer",
            description =
                    "With `ackMode=manual`: settles the message when the route calls it, at once or later, on any thread.",
            javaType = "io.github.iothubmqtt.camel.Acknowledgement")
    public static final String ACKNOWLEDGE = "CamelIotHubMqttAcknowledge";

    private IotHubMqttConstants() {}
}
