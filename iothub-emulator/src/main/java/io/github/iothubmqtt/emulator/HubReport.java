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
import java.util.stream.Collectors;

/** Tells in a failing test what the hub saw, which is mostly all one needs to find the fault. Pure functions. */
final class HubReport {

    private static final int LAST = 20;

    private HubReport() {}

    /** {@code packets} are lines, oldest first. */
    static String of(List<ConnectionInfo> connections, List<HubEvent> events, List<String> packets) {
        String connected = connections.isEmpty()
                ? "Nobody is connected."
                : connections.stream().map(HubReport::line).collect(Collectors.joining("\n  ", "Connected:\n  ", ""));
        return connected + "\n" + log(events) + packets(packets);
    }

    private static String line(ConnectionInfo connection) {
        return connection.deviceId() + (connection.moduleId() == null ? "" : "/" + connection.moduleId()) + " since "
                + connection.connectedAt() + ", subscribed to " + connection.subscriptions();
    }

    private static String packets(List<String> packets) {
        List<String> last = packets.subList(Math.max(0, packets.size() - LAST), packets.size());
        return last.isEmpty()
                ? ""
                : last.stream().collect(Collectors.joining("\n  ", "\nThe last " + last.size() + " packets:\n  ", ""));
    }

    private static String log(List<HubEvent> events) {
        if (events.isEmpty()) {
            return "The hub's log is empty: no client has sent a CONNECT. If one tried, does it trust the hub's certificate?";
        }
        List<HubEvent> last = events.subList(Math.max(0, events.size() - LAST), events.size());
        return last.stream()
                .map(HubEvent::toString)
                .collect(Collectors.joining(
                        "\n  ", "The hub's log, the last " + last.size() + " of " + events.size() + ":\n  ", ""));
    }
}
