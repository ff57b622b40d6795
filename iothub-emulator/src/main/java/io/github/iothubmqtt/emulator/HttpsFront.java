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

import java.util.List;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * The hub's HTTPS port: MQTT over WebSocket, and what is mounted on its router. Faults of the TLS handshake spare it, so that the
 * request which arms one does not meet it. Belongs to the hub's event loop.
 */
final class HttpsFront implements Port.Opener {

    /** 500 stands for whatever was thrown. */
    private static final List<Integer> FAILURES = List.of(400, 404, 405, 413, 500);

    private final Hub hub;
    private final String address;
    private final TlsIdentity tls;
    private final Router router;

    HttpsFront(Hub hub, String address, TlsIdentity tls, MqttFront mqtt) {
        this.hub = hub;
        this.address = address;
        this.tls = tls;
        this.router = Router.router(hub.loop().vertx());
        MqttOverWebSocket webSocket = new MqttOverWebSocket(hub, mqtt);
        router.route(MqttOverWebSocket.PATH).handler(webSocket);
        router.route(MqttOverWebSocket.PATH_OF_NONE).handler(webSocket);
        FAILURES.forEach(status -> router.errorHandler(status, this::fail));
    }

    /** Whatever a route has thrown, or what no route was there for. */
    private void fail(RoutingContext context) {
        HttpProblem problem = problem(context);
        if (context.response().headWritten()) {
            context.response().close();
            return;
        }
        context.response()
                .setStatusCode(problem.status())
                .putHeader("Content-Type", ControlApi.JSON)
                .end(HubJson.of(problem).toBuffer());
    }

    private HttpProblem problem(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure instanceof HttpProblem known) {
            return known;
        }
        if (failure instanceof HubException refusal) {
            return HttpProblem.of(refusal);
        }
        if (failure instanceof IllegalArgumentException || failure instanceof ClassCastException) {
            return HttpProblem.badRequest(String.valueOf(failure.getMessage()));
        }
        String request = context.request().method() + " " + context.request().path();
        if (failure != null && context.statusCode() >= 500) {
            hub.log().fault(request, failure);
            return new HttpProblem(500, HubCode.SERVER_ERROR, "The emulator failed: " + failure);
        }
        return switch (context.statusCode()) {
            case 405 -> new HttpProblem(405, HubCode.BAD_REQUEST, "There is no " + request);
            case 413 -> new HttpProblem(413, HubCode.MESSAGE_TOO_LARGE, "The body of " + request + " is too large");
            default -> new HttpProblem(context.statusCode(), context.statusCode() * 1000, "There is no " + request);
        };
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
