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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.iothubmqtt.device.ConnectionHandle;
import io.github.iothubmqtt.device.ConnectionState;
import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How many methods run at a time, and whom a slow one delays. */
class MethodConcurrencyTest extends MethodTestSupport {

    private final Held held = new Held();
    private final CountDownLatch letGo = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        letGo.countDown();
    }

    @Test
    void callsOfOneMethodRunOneAfterAnotherInOrder() throws Exception {
        routes(routes -> routes.from(methods()).process(held));
        List<CompletableFuture<DirectMethodResult>> calls =
                IntStream.range(0, 3).mapToObj(i -> begin("m")).toList();
        for (int i = 0; i < 3; i++) {
            Running running = held.await();
            assertThat(held.poll()).as("no second at a time").isNull();
            running.complete(i);
            assertThat(soon(calls.get(i))).isEqualTo(ok(Integer.toString(i)));
        }
    }

    @Test
    void concurrentConsumersIsHowManyCallsOfOneMethodRunAtATime() throws Exception {
        routes(routes -> routes.from(methods("concurrentConsumers=3")).process(held));
        List<CompletableFuture<DirectMethodResult>> calls =
                IntStream.range(0, 4).mapToObj(i -> begin("m")).toList();
        List<Running> running = List.of(held.await(), held.await(), held.await());
        assertThat(held.poll()).as("a fourth").isNull();
        running.get(2).complete("\"overtook\"");
        held.await().complete("\"fourth\"");
        running.get(0).complete("\"first\"");
        running.get(1).complete("\"second\"");

        List<String> answers = new ArrayList<>();
        for (CompletableFuture<DirectMethodResult> call : calls) {
            answers.add(soon(call).payload());
        }
        assertThat(answers).containsExactlyInAnyOrder("\"overtook\"", "\"fourth\"", "\"first\"", "\"second\"");
    }

    @Test
    void twentyMethodsThatBlockTheirThreadsDelayNothingElse() throws Exception {
        CountDownLatch running = new CountDownLatch(20);
        routes(routes -> {
            routes.from("direct:telemetry").to(device("dev1"));
            routes.from("direct:twin").to(device("dev1", "operation=twinGet"));
            routes.from(methods("methodName=quick")).to("mock:quick");
            routes.from(methods()).process(exchange -> {
                running.countDown();
                letGo.await();
            });
        });
        List<CompletableFuture<DirectMethodResult>> slow =
                IntStream.range(0, 20).mapToObj(i -> begin("slow" + i)).toList();
        assertThat(running.await(SOON.toSeconds(), TimeUnit.SECONDS))
                .as("all run")
                .isTrue();

        template.sendBody("direct:telemetry", "meanwhile");
        assertThat(template.requestBody("direct:twin", "", String.class)).contains("desired");
        assertThat(call("quick", "1")).isEqualTo(ok("1"));
        assertThat(slow).noneMatch(CompletableFuture::isDone);
        letGo.countDown();
        for (CompletableFuture<DirectMethodResult> call : slow) {
            assertThat(soon(call)).isEqualTo(ok("null"));
        }
    }

    @Test
    void theDevicePingsWhileAMethodBlocksItsThread() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        AtomicInteger pings = new AtomicInteger();
        try (OptionsPeer peer = OptionsPeer.start(connect -> {
            connect.pingHandler(ping -> pings.incrementAndGet());
            connect.subscribeHandler(subscribe -> {
                connect.subscribeAcknowledge(subscribe.messageId(), List.of(MqttQoS.AT_MOST_ONCE));
                connect.publish(
                        "$iothub/methods/POST/slow/?$rid=1", Buffer.buffer(), MqttQoS.AT_MOST_ONCE, false, false);
            });
            connect.accept(false);
        })) {
            context.getRegistry().bind("peerTls", peer.tls());
            routes(routes -> routes.from(
                            "iothub-mqtt:dev1?hub=localhost:" + peer.port()
                                    + "&sharedAccessKey=RAW(c2VjcmV0)&sslContextParameters=#peerTls&keepAlive=1s&channel=methods")
                    .process(exchange -> {
                        running.countDown();
                        letGo.await();
                    }));
            assertThat(running.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            int before = pings.get();
            await().atMost(SOON).until(() -> pings.get() >= before + 3);

            assertThat(peer.connects()).hasSize(1);
            letGo.countDown();
            context.getRouteController().stopAllRoutes();
        }
    }

    // ways of a route

    @Test
    void anAsynchronousRouteAnswersWhenItEnds() throws Exception {
        routes(routes -> routes.from(methods())
                .delay(routes.constant(10))
                .asyncDelayed()
                .setBody(routes.constant("\"delayed\"")));

        assertThat(call("m")).isEqualTo(ok("\"delayed\""));
    }

    @Test
    void aRouteWithThreadsOfItsOwnAnswersWhenItEnds() throws Exception {
        routes(routes -> routes.from(methods()).threads(2).setBody(routes.constant("\"threads\"")));

        assertThat(call("m")).isEqualTo(ok("\"threads\""));
    }

    @Test
    void aRouteOverSedaAnswersWithItsEnd() throws Exception {
        routes(routes -> {
            routes.from("seda:work").setBody(routes.constant("\"worked\""));
            routes.from(methods()).to("seda:work");
        });

        assertThat(call("m")).isEqualTo(ok("\"worked\""));
    }

    @Test
    void aMethodMayUseTheDeviceItself() throws Exception {
        routes(routes -> routes.from(methods("methodName=refresh"))
                .to(device("dev1", "operation=twinUpdate"))
                .to(device("dev1", "operation=twinGet"))
                .to(device("dev1"))
                .setBody(routes.simple("${header.CamelIotHubMqttReportedVersion}")));

        assertThat(call("refresh", "{\"a\":1}")).isEqualTo(ok("2"));
        assertThat(hub.emulator().telemetry()).hasSize(1);
    }

    @Test
    void callsGoOnOverRenewalsOfTheToken() throws Exception {
        routes(routes -> routes.from(methods("sasTimeToLive=3s")).to("mock:echo"));
        int answered = 0;
        while (hub.emulator().acceptedConnects("dev1") < 4) {
            String payload = Integer.toString(answered);
            DirectMethod call = DirectMethod.named("echo").payload(payload).connectTimeout(SOON);
            try {
                assertThat(call("dev1", call)).isEqualTo(ok(payload));
                answered++;
            } catch (ExecutionException e) {
                // It met the DISCONNECT on its way; no device could have had it.
                assertThat(e).hasMessageContaining("404103");
            }
        }

        assertThat(answered).isGreaterThan(4);
    }

    @Test
    void aMethodThatRunsWhenTheTokenIsToBeRenewedIsAnsweredFirst() throws Exception {
        routes(routes ->
                routes.from(methods("sasTimeToLive=4s", "handOverTimeout=1m")).process(held));
        IotHubMqttEndpoint endpoint =
                (IotHubMqttEndpoint) context.getRoutes().get(0).getEndpoint();
        ConnectionHandle connection = endpoint.join();
        CompletableFuture<DirectMethodResult> call = begin("m");
        Running running = held.await();
        await().atMost(SOON).until(() -> connection.status().state() == ConnectionState.HANDING_OVER);
        running.complete("\"in time\"");

        assertThat(soon(call)).isEqualTo(ok("\"in time\""));
        await().atMost(SOON).until(() -> hub.emulator().acceptedConnects("dev1") == 2);
        endpoint.leave(connection);
    }
}
