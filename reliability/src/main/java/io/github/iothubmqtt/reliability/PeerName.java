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
package io.github.iothubmqtt.reliability;

/** The clients that the ledger can test; the command line knows them by {@link #toString()}. */
enum PeerName {
    IOTHUB_MQTT("iothub-mqtt", IotHubMqttPeer.factory()),
    IOTHUB_MQTT_WEBSOCKET("iothub-mqtt-websocket", IotHubMqttPeer.overWebSocket()),
    CAMEL_PAHO("camel-paho", new CamelPahoPeer.Factory()),
    IOT_DEVICE_CLIENT("iot-device-client", new DeviceClientPeer.Factory());

    private final String text;
    private final Peer.Factory factory;

    PeerName(String text, Peer.Factory factory) {
        this.text = text;
        this.factory = factory;
    }

    Peer.Factory factory() {
        return factory;
    }

    @Override
    public String toString() {
        return text;
    }
}
