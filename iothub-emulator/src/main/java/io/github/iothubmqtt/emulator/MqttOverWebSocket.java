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

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.ext.web.RoutingContext;
import org.apache.commons.codec.binary.Base64;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Turns an HTTPS connection into an MQTT connection by way of WebSocket (RFC 6455). The socket itself goes on to the
 * {@link MqttFront}: a connection that came this way is like any other to the hub, and so to faults. Belongs to the hub's event loop.
 */
final class MqttOverWebSocket implements Handler<RoutingContext> {

    /** A query may follow. */
    static final String PATH = "/$iothub/websocket";
    /** Microsoft's provisioning client for Java names no path, and this is what its MQTT library makes of that. */
    static final String PATH_OF_NONE = "/mqtt";

    /** A client that says {@code true} wants to be asked for no certificate; here TLS has asked already. */
    private static final String NO_CERTIFICATE = "iothub-no-client-cert";

    private static final String PROTOCOL = "mqtt";
    private static final String VERSION = "13";
    /** Between the key that the client has made and the answer to it; RFC 6455, section 4.2.2. */
    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final Hub hub;
    private final MqttFront mqtt;

    MqttOverWebSocket(Hub hub, MqttFront mqtt) {
        this.hub = hub;
        this.mqtt = mqtt;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!isUpgrade(request)) {
            refuse(request, 400, "This is for MQTT over WebSocket: send an Upgrade to websocket over HTTP/1.1");
        } else if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
            request.response().putHeader("Sec-WebSocket-Version", VERSION);
            refuse(request, 426, "The WebSocket version must be " + VERSION);
        } else if (!items(request, "Sec-WebSocket-Protocol").contains(PROTOCOL)) {
            refuse(request, 400, "The only WebSocket sub-protocol here is mqtt; AMQP is not offered");
        } else {
            upgrade(request);
        }
    }

    private static boolean isUpgrade(HttpServerRequest request) {
        return request.method() == HttpMethod.GET
                && request.version() == HttpVersion.HTTP_1_1
                && items(request, "Connection").contains("upgrade")
                && items(request, "Upgrade").contains("websocket")
                && request.getHeader("Sec-WebSocket-Key") != null;
    }

    private static List<String> items(HttpServerRequest request, String header) {
        return request.headers().getAll(header).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(item -> item.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static void refuse(HttpServerRequest request, int status, String why) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(why + "\n");
    }

    private void upgrade(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.putHeader("Upgrade", "websocket");
        response.putHeader("Connection", "Upgrade");
        response.putHeader("Sec-WebSocket-Accept", accept(request.getHeader("Sec-WebSocket-Key")));
        response.putHeader("Sec-WebSocket-Protocol", PROTOCOL);
        boolean overlooksCertificate = "true".equals(request.getParam(NO_CERTIFICATE));
        request.toNetSocket().onSuccess(socket -> {
            Wire wire = hub.loop().wires().from(socket.remoteAddress());
            if (overlooksCertificate && wire != null) {
                wire.overlookCertificate();
            }
            become(socket);
        });
    }

    private static String accept(String key) {
        return Base64.encodeBase64String(DigestUtils.sha1(key + ACCEPT_SALT));
    }

    private void become(NetSocket socket) {
        ChannelPipeline pipeline =
                ((NetSocketInternal) socket).channelHandlerContext().pipeline();
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(MqttFront.maxPacket(hub.settings()))
                .build();
        String last = "handler";
        pipeline.addBefore(last, null, new WebSocket13FrameDecoder(config));
        pipeline.addBefore(last, null, new WebSocket13FrameEncoder(false));
        pipeline.addBefore(last, null, new WebSocketFrames());
        mqtt.take(socket);
    }
}
