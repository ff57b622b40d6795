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
package io.github.iothubmqtt.transport;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.iothubmqtt.transport.paho.PahoTransport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on Paho; a subclass names the way through the network. */
abstract class PahoTransportContract extends MqttTransportContract {

    private static ScheduledExecutorService scheduler;
    private static ExecutorService blocking;

    @BeforeAll
    static void startExecutors() {
        scheduler = Executors.newSingleThreadScheduledExecutor();
        // Forgets idle threads at once, so that a thread that is still there is one that is in use.
        blocking = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.MILLISECONDS, new SynchronousQueue<>());
    }

    @AfterAll
    static void shutExecutorsDown() {
        scheduler.shutdownNow();
        blocking.shutdownNow();
    }

    @Override
    MqttTransport newTransport() {
        return new PahoTransport(scheduler, blocking);
    }
}
