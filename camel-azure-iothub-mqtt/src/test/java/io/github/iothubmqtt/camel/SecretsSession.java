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

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.Fault;
import io.github.iothubmqtt.emulator.FaultPoint;
import io.github.iothubmqtt.emulator.HubEvent;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.transport.Proxy;
import io.github.iothubmqtt.transport.TestProxy;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

import static org.awaitility.Awaitility.await;

/**
 * A program of its own, because levels of loggers are read once: a whole session of a device, with all that may be logged. The
 * arguments are where the secret goes, {@code component} or {@code uri}, the device's key, and a file for properties.
 */
final class SecretsSession {

    static final String PROXY_USER = "proxy-user";

    private static final Duration SOON = HubTestSupport.SOON;

    private SecretsSession() {}

    public static void main(String[] args) throws Exception {
        logEverythingOfJavaUtilLogging();
        boolean inUri = args[0].equals("uri");
        // The proxy's password is the same secret.
        try (IotHubEmulator hub = IotHubEmulator.builder().start();
                TestProxy proxy = TestProxy.of(Proxy.Type.HTTP, PROXY_USER, args[1])) {
            hub.addDevice("dev1", args[1]);
            Path properties = Path.of(args[2]);
            Files.write(properties, properties(hub, proxy, args[1], inUri), StandardCharsets.UTF_8);
            String secrets = "?sharedAccessKey=RAW(" + args[1] + ")&proxyPassword=RAW(" + args[1] + ")";
            session(hub, proxy, properties, inUri ? secrets : "");
        }
        System.out.println("The session has come to its end.");
    }

    private static List<String> properties(IotHubEmulator hub, TestProxy proxy, String key, boolean inUri) {
        return List.of(
                "camel.component.iothub-mqtt.hub=localhost:" + hub.mqttPort(),
                "camel.component.iothub-mqtt.ssl-context-parameters=#hubTls",
                "camel.component.iothub-mqtt.sas-time-to-live=2s",
                "camel.component.iothub-mqtt.reconnect-backoff-min=10ms",
                "camel.component.iothub-mqtt.reconnect-backoff-max=20ms",
                "camel.component.iothub-mqtt.proxy-host=localhost",
                "camel.component.iothub-mqtt.proxy-port=" + proxy.port(),
                "camel.component.iothub-mqtt.proxy-user=" + PROXY_USER,
                inUri ? "" : "camel.component.iothub-mqtt.proxy-password=" + key,
                inUri ? "" : "camel.component.iothub-mqtt.shared-access-key=" + key);
    }

    private static void session(IotHubEmulator hub, TestProxy proxy, Path properties, String options) throws Exception {
        String separator = options.isEmpty() ? "?" : "&";
        Main main = new Main();
        main.bind("hubTls", HubTls.trusting(hub));
        main.setPropertyPlaceholderLocations("file:" + properties);
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").routeId("out").to("iothub-mqtt:dev1" + options);
                from("direct:dynamic").toD("iothub-mqtt:dev1" + options + separator + "operation=${header.what}");
                from("iothub-mqtt:dev1" + options + separator + "channel=desired")
                        .to("iothub-mqtt:dev1" + options + separator + "operation=twinUpdate");
                from("iothub-mqtt:dev1" + options + separator + "channel=methods")
                        .filter(body().isNotNull())
                        .throwException(new IllegalStateException("wanted"));
                from("iothub-mqtt:dev1" + options)
                        .routeId("in")
                        .filter(body().isEqualTo("fail"))
                        .throwException(new IllegalStateException("wanted"));
            }
        });
        main.start();
        main.getCamelTemplate().sendBody("direct:in", "a");
        hub.sendDevicebound("dev1", DeviceboundMessage.of("on"));
        hub.sendDevicebound("dev1", DeviceboundMessage.of("fail"));
        await().atMost(SOON).until(() -> hub.deviceboundQueue("dev1").isEmpty());
        hub.updateDesired("dev1", "{\"target\":21}");
        hub.twin("dev1").awaitReported(reported -> reported.containsKey("target"), SOON);
        hub.faults().next(FaultPoint.TWIN_PATCH, Fault.answerStatus(400));
        hub.faults().next(FaultPoint.TWIN_GET, Fault.cut());
        for (String operation : List.of("twinUpdate", "twinGet", "none")) {
            main.getCamelTemplate().send("direct:dynamic", exchange -> {
                exchange.getMessage().setBody("{\"a\":1}");
                exchange.getMessage().setHeader("what", operation);
            });
        }
        DirectMethod method = DirectMethod.named("m").payload("1").connectTimeout(SOON);
        // A call that meets the DISCONNECT of a renewal fails at the hub.
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> hub.invokeMethod("dev1", method).join().status() == 500);
        hub.disconnect("dev1");
        long connects = hub.acceptedConnects("dev1");
        await().atMost(SOON).until(() -> hub.acceptedConnects("dev1") > connects + 2);
        int asked = proxy.targets().size();
        proxy.refuse(403);
        hub.disconnect("dev1");
        await().atMost(SOON).until(() -> proxy.targets().size() > asked + 1);
        proxy.refuse(0);
        hub.device("dev1").orElseThrow().regenerateKeys();
        await().atMost(SOON)
                .until(() -> hub.events().stream().anyMatch(event -> event.kind() == HubEvent.Kind.REFUSED));
        main.stop();
    }

    static void logEverythingOfJavaUtilLogging() {
        Logger root = LogManager.getLogManager().getLogger("");
        root.setLevel(Level.ALL);
        for (Handler handler : root.getHandlers()) {
            handler.setLevel(Level.ALL);
        }
    }
}
