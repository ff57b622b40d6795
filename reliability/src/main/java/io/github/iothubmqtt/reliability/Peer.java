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
package io.github.iothubmqtt.reliability;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.github.iothubmqtt.emulator.IotHubEmulator;

/** The client under test: it plays all devices of a run, in both directions. */
interface Peer extends AutoCloseable {

    /** Where a client hands over the devicebound messages that it gets. */
    interface Route {
        /** Does what the route does; throws when the exchange is to fail. */
        void process(int device, byte[] body, Map<String, String> properties);

        /** Does what the route for desired properties does; throws when the exchange is to fail. */
        default void desired(int device, long version, boolean complete, Map<String, Object> properties) {
            throw new UnsupportedOperationException("This run is without twins");
        }

        /** Carries out a call of {@link BackEnd#METHOD}. @return the answer, JSON */
        default String carryOut(int device, int number) {
            throw new UnsupportedOperationException("This run is without methods");
        }
    }

    /** How a peer is made; the hub is there and knows the devices. */
    interface Factory {
        Peer start(IotHubEmulator hub, Plan plan, Route route) throws Exception;

        /** What the peer needs of the hub beyond the usual. */
        default IotHubEmulator.Builder hub(IotHubEmulator.Builder usual) {
            return usual;
        }

        /** The ids under which device number n connects; telemetry is sent with the first, the last one receives. */
        default List<String> identities(int device) {
            return List.of("device-" + device);
        }
    }

    /**
     * Hands a message over, on the sender thread of its device. May block.
     *
     * @param report called once, from any thread: null when the client says that the hub has the message, or why it has failed
     */
    void send(Sample sample, Consumer<Throwable> report) throws Exception;

    /**
     * Reports properties, on the reporter thread of the device; only for runs with twins.
     *
     * @param report called once, from any thread: null when the client says that the hub has them, or why it has failed
     */
    default void report(int device, Map<String, Object> properties, Consumer<Throwable> report) {
        throw new UnsupportedOperationException("This client is not examined with twins");
    }

    /** How the devices log in; null when each has its key and nothing else. */
    default Logins logins() {
        return null;
    }

    /** What else is worth a line in the table; empty if nothing. */
    default String remark() {
        return "";
    }
}
