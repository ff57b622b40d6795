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
package io.github.iothubmqtt.protocol;

/** Where a hub, or the provisioning service, takes MQTT over WebSocket. */
public final class WebSocketPath {

    private static final String PATH = "/$iothub/websocket";

    private WebSocketPath() {}

    /**
     * @param clientCertificate whether the client identifies itself by a certificate. When not, the front end of the hub is asked not
     *     to ask for one, as some middle boxes cannot stand the question
     * @return path and query
     */
    public static String of(boolean clientCertificate) {
        return clientCertificate ? PATH : PATH + "?iothub-no-client-cert=true";
    }
}
