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

/** What MQTT runs over, on the way to the hub. The constants are the values of the URI option. */
public enum NetworkTransport {
    /** TLS on a TCP connection. */
    tcp(8883),
    /** WebSocket on HTTPS, which networks let out that let nothing else out. */
    websocket(443);

    private final int port;

    NetworkTransport(int port) {
        this.port = port;
    }

    /** Where a hub listens for it. */
    int port() {
        return port;
    }
}
