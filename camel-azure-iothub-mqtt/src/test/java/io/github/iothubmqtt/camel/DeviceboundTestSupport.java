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

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.QueuedMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Routes that consume {@code dev1}, with a hub of its own for each test, so that no queue or session is left over. */
abstract class DeviceboundTestSupport extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return hub;
    }

    void send(String... bodies) {
        for (String body : bodies) {
            hub.sendDevicebound("dev1", DeviceboundMessage.of(body).messageId(body));
        }
    }

    /** What the hub still has for the device. */
    List<String> queued() {
        return queue().stream().map(QueuedMessage::messageId).toList();
    }

    List<QueuedMessage> queue() {
        return hub.emulator().deviceboundQueue("dev1");
    }

    void awaitAllAcknowledged() {
        await().atMost(SOON).untilAsserted(() -> assertThat(queued()).isEmpty());
    }

    /**
     * Has a message go from the device to the hub and be acknowledged. Whatever the device had said before on this connection, a
     * PUBACK for instance, the hub knows after that. Needs a route from {@code direct:telemetry}.
     */
    void roundTrip() {
        template.sendBody("direct:telemetry", "round trip");
    }

    static String bodyOf(Exchange exchange) {
        return exchange.getMessage().getBody(String.class);
    }

    /** A step of a route that ends only when the test says so, on the test's thread: an asynchronous route in slow motion. */
    static final class Held extends AsyncProcessorSupport {

        private record Step(Exchange exchange, AsyncCallback callback) {}

        private final BlockingQueue<Step> running = new LinkedBlockingQueue<>();

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            running.add(new Step(exchange, callback));
            return false;
        }

        /** Waits for an exchange to come here; the caller then has to end it. */
        Running await() throws InterruptedException {
            Step step = running.poll(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(step).as("an exchange that runs").isNotNull();
            return new Running(step);
        }

        /** The next exchange when one comes within a moment, else null. */
        Running poll() throws InterruptedException {
            Step step = running.poll(100, TimeUnit.MILLISECONDS);
            return step == null ? null : new Running(step);
        }

        boolean isIdle() {
            return running.isEmpty();
        }
    }

    /** An exchange that is held. */
    static final class Running {

        private final Held.Step step;

        private Running(Held.Step step) {
            this.step = step;
        }

        Exchange exchange() {
            return step.exchange();
        }

        String body() {
            return bodyOf(exchange());
        }

        void complete() {
            step.callback().done(false);
        }

        void fail() {
            exchange().setException(new IllegalStateException("the route failed on purpose"));
            complete();
        }
    }
}
