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

import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;

/**
 * The hub's HTTPS port: MQTT over WebSocket, and what is mounted on its router. Faults of the TLS handshake spare it, so that the
 * request which arms one does not meet it. Belongs to the hub's event loop.
 */
final class HttpsFront implements Port.Opener {

    private final Hub hub;
    private final String address;
    private final TlsIdentity tls;
    private final Router router;

    HttpsFront(Hub hub, String address, TlsIdentity tls, MqttFront mqtt) {
        this.hub = hub;
        this.address = address;
        this.tls = tls;
        this.router = Router.router(hub.loop().vertx());
        router.route(MqttOverWebSocket.PATH).handler(new MqttOverWebSocket(hub, mqtt));
    }

    /** Where more is mounted before the port opens. */
    Router router() {
        return router;
    }

    @Override
    public Future<Listening> listen(int port) {
        HttpServerOptions options =
                new HttpServerOptions().setHost(address).setPort(port).setUseAlpn(false);
        tls.secure(options);
        HttpServer server = hub.loop().vertx().createHttpServer(options).requestHandler(router);
        return server.listen().map(listening -> {
            hub.loop().wires().spareHandshakesOf(listening.actualPort());
            return new Listening(listening);
        });
    }

    /** Its port. */
    record Listening(HttpServer server) implements Port.Server {

        @Override
        public int actualPort() {
            return server.actualPort();
        }

        @Override
        public Future<Void> close() {
            return server.close();
        }
    }
}
