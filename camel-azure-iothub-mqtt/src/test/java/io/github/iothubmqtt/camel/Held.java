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

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

import static org.assertj.core.api.Assertions.assertThat;

/** A step of a route that ends only when the test says so, on the test's thread: an asynchronous route in slow motion. */
final class Held extends AsyncProcessorSupport {

    private final BlockingQueue<Running> running = new LinkedBlockingQueue<>();

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        running.add(new Running(exchange, callback));
        return false;
    }

    /** Waits for an exchange to come here; the caller then has to end it. */
    Running await() throws InterruptedException {
        Running next = running.poll(HubTestSupport.SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("an exchange that runs").isNotNull();
        return next;
    }

    /** The next exchange when one comes within a moment, else null. */
    Running poll() throws InterruptedException {
        return running.poll(100, TimeUnit.MILLISECONDS);
    }

    boolean isIdle() {
        return running.isEmpty();
    }
}
