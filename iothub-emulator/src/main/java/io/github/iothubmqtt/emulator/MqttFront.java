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

import java.util.Set;
import java.util.concurrent.CompletionException;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;

/** Opens the hub's MQTT port: TCP, TLS and the MQTT codec. All its connections live on the hub's event loop. */
final class MqttFront {

    /** Topics have up to 65,535 bytes; the rest is the packet's own. A message that fits in here is counted by the hub. */
    private static final int TOPIC_AND_HEADERS = 65_535 + 16;

    private MqttFront() {}

    /**
     * Listens until the hub's loop ends.
     *
     * @return the port, which the system chose if 0 was given
     * @throws HubStartException when the port cannot be had
     */
    static int listen(Hub hub, String address, int port, CertificateAuthority.ServerCredentials credentials) {
        MqttServerOptions options = new MqttServerOptions()
                .setHost(address)
                .setPort(port)
                .setMaxMessageSize(hub.settings().maxMessageSize() + TOPIC_AND_HEADERS)
                .setMaxClientIdLength(65_535)
                .setAutoClientId(false)
                .setTimeoutOnConnect(
                        (int) Math.max(1, hub.settings().connectTimeout().toSeconds()));
        options.setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addKeyValue(Buffer.buffer(credentials.privateKeyPem()))
                        .addCertValue(Buffer.buffer(credentials.certificatePem())));
        MqttServer server = MqttServer.create(hub.loop().vertx(), options).endpointHandler(hub::connect);
        try {
            // Listening from the loop makes the loop the home of every connection.
            hub.loop()
                    .call(() -> server.listen().toCompletionStage().toCompletableFuture())
                    .join();
        } catch (CompletionException e) {
            throw new HubStartException(
                    "The emulator cannot listen on " + address + ":" + port + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        }
        return server.actualPort();
    }
}
