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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import io.github.iothubmqtt.emulator.EmulatedModule;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.LambdaRouteBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelTestSupport;

/** Route tests against a hub that the test class declares. The registry holds {@code hubTls}, which trusts that hub. */
abstract class HubTestSupport extends CamelTestSupport {

    /** For what must happen; generous, because the machine may be busy. */
    static final Duration SOON = Duration.ofSeconds(30);

    abstract IotHubExtension hub();

    @Override
    protected void bindToRegistry(Registry registry) {
        registry.bind("hubTls", HubTls.trusting(hub().emulator()));
    }

    /** Waits for what a mock expects, where Camel itself would give up after ten seconds. */
    static void assertSatisfied(MockEndpoint mock) throws InterruptedException {
        mock.setResultWaitTime(SOON.toMillis());
        mock.assertIsSatisfied();
    }

    /** The endpoint URI of a device with its connection string, quick retries and further options, each {@code name=value}. */
    String device(String deviceId, String... options) {
        return uri(deviceId, hub().connectionString(deviceId), options);
    }

    private static String uri(String path, String connectionString, String... options) {
        return "iothub-mqtt:" + path + "?connectionString=RAW(" + connectionString
                + ")&sslContextParameters=#hubTls&reconnectBackoffMin=20ms&reconnectBackoffMax=200ms"
                + (options.length == 0 ? "" : "&" + String.join("&", options));
    }

    /** The same for a module. */
    static String module(EmulatedModule module, String... options) {
        return uri(module.deviceId() + "/" + module.moduleId(), module.connectionString(), options);
    }

    /** Adds routes to the running context. */
    void routes(LambdaRouteBuilder routes) throws Exception {
        RouteBuilder.addRoutes(context, routes);
    }

    /** What something that ends by itself has come to. */
    static <T> T soon(CompletableFuture<T> result) throws Exception {
        return result.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    /** What the hub answers to whoever calls a direct method. */
    DirectMethodResult call(String deviceId, DirectMethod method) throws Exception {
        return soon(hub().invokeMethod(deviceId, method));
    }

    /** Hands an exchange to a route on this thread, and does not wait for its end. */
    CompletableFuture<Exchange> begin(String route, Consumer<Message> fill) {
        try {
            AsyncProducer producer = context.getEndpoint(route).createAsyncProducer();
            producer.start();
            Exchange exchange = producer.getEndpoint().createExchange();
            fill.accept(exchange.getMessage());
            CompletableFuture<Exchange> done = new CompletableFuture<>();
            producer.process(exchange, doneSync -> done.complete(exchange));
            return done;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
