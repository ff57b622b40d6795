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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.vertx.core.Vertx;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * The other end of a connection, for what a hub would never do or never shows: TLS and MQTT, and beyond that whatever a test says. It
 * asks for no credentials. What it is told to do runs on its one thread.
 */
final class OptionsPeer implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final SelfSignedCertificate certificate;
    private final MqttServer server;
    private final SSLContextParameters tls;
    private final List<MqttEndpoint> connects = new CopyOnWriteArrayList<>();

    private OptionsPeer(String certifiedName, Consumer<MqttEndpoint> onConnect) {
        certificate = SelfSignedCertificate.create(certifiedName);
        tls = trusting(certificate);
        MqttServerOptions options = new MqttServerOptions().setHost("127.0.0.1").setPort(0);
        options.setSsl(true).setKeyCertOptions(certificate.keyCertOptions());
        server = MqttServer.create(vertx, options)
                .exceptionHandler(failure -> {})
                .endpointHandler(connect -> {
                    connects.add(connect);
                    onConnect.accept(connect);
                });
        server.listen().toCompletionStage().toCompletableFuture().join();
    }

    /** @param onConnect called for each CONNECT, which it has to answer if it is to be answered */
    static OptionsPeer start(Consumer<MqttEndpoint> onConnect) {
        return new OptionsPeer("localhost", onConnect);
    }

    /** A peer whose certificate bears another name than the one that it is reached by. */
    static OptionsPeer certifiedAs(String name) {
        return new OptionsPeer(name, connect -> connect.accept(false));
    }

    /** Grants each subscription as asked, and acknowledges nothing that is published. */
    static void acceptAndWithholdPuback(MqttEndpoint connect) {
        connect.subscribeHandler(subscribe -> connect.subscribeAcknowledge(
                subscribe.messageId(),
                subscribe.topicSubscriptions().stream()
                        .map(topic -> topic.qualityOfService())
                        .toList()));
        connect.accept(false);
    }

    /** All CONNECTs so far. */
    List<MqttEndpoint> connects() {
        return connects;
    }

    int port() {
        return server.actualPort();
    }

    Vertx vertx() {
        return vertx;
    }

    /** Trusts this peer; always the same object, so that endpoints can share a connection. */
    SSLContextParameters tls() {
        return tls;
    }

    private static SSLContextParameters trusting(SelfSignedCertificate certificate) {
        try {
            return HubTls.trusting(Files.readString(Path.of(certificate.certificatePath())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        certificate.delete();
    }
}
