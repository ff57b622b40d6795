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
package io.github.iothubmqtt.emulator;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** What the hub stamps on telemetry, under the names that a reader of the Event Hubs endpoint sees. Pure functions. */
final class Annotations {

    private Annotations() {}

    /** How a connection logged in with a token; {@code scope} is {@code device}, {@code module} or {@code hub}: whose key signed. */
    static String tokenMethod(String scope) {
        return authMethod(scope, "sas", "iothub");
    }

    /** The same with a certificate, as it was seen in messages of a hub; the documents have the type {@code x509}. */
    static String certificateMethod(Identity identity) {
        return authMethod(identity.isModule() ? "module" : "device", "x509Certificate", "external");
    }

    private static String authMethod(String scope, String type, String issuer) {
        return "{\"scope\":\"" + scope + "\",\"type\":\"" + type + "\",\"issuer\":\"" + issuer
                + "\",\"acceptingIpFilterRule\":null}";
    }

    /** The part that is the same for all messages of a connection; {@code authMethod} as of the methods above. */
    static Map<String, String> ofConnection(Identity identity, String generationId, String authMethod, String modelId) {
        Map<String, String> annotations = new HashMap<>();
        annotations.put("iothub-connection-device-id", identity.deviceId());
        if (identity.isModule()) {
            annotations.put("iothub-connection-module-id", identity.moduleId());
        }
        annotations.put("iothub-connection-auth-generation-id", generationId);
        annotations.put("iothub-connection-auth-method", authMethod);
        annotations.put("iothub-message-source", "Telemetry");
        if (modelId != null) {
            annotations.put("dt-dataschema", modelId);
        }
        return Map.copyOf(annotations);
    }

    static Map<String, String> ofMessage(
            Map<String, String> ofConnection, Map<String, String> systemProperties, long sequence, Instant enqueued) {
        Map<String, String> annotations = new HashMap<>(ofConnection);
        annotations.put("iothub-enqueuedtime", enqueued.toString());
        annotations.put("x-opt-enqueued-time", enqueued.toString());
        annotations.put("x-opt-sequence-number", Long.toString(sequence));
        annotations.put("x-opt-offset", Long.toString(sequence));
        copy(systemProperties, SystemProperties.SUBJECT, annotations);
        copy(systemProperties, SystemProperties.INTERFACE_ID, annotations);
        return Map.copyOf(annotations);
    }

    private static void copy(Map<String, String> from, String name, Map<String, String> to) {
        String value = from.get(name);
        if (value != null) {
            to.put(name, value);
        }
    }
}
