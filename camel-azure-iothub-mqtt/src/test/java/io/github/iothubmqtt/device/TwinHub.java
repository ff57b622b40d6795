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
package io.github.iothubmqtt.device;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.protocol.TwinDocument;
import io.github.iothubmqtt.protocol.TwinTopics;

/** The twin's part of a hub that is played by hand: sees the requests on the present link and answers them. */
final class TwinHub {

    static final String EMPTY = "{\"desired\":{\"$version\":1},\"reported\":{\"$version\":1}}";

    private static final String GET = "$iothub/twin/GET/?$rid=";
    private static final String PATCH = "$iothub/twin/PATCH/properties/reported/?$rid=";

    private final DeviceHarness device;

    TwinHub(DeviceHarness device) {
        this.device = device;
    }

    CompletableFuture<TwinDocument> read(ConnectionHandle handle) {
        CompletableFuture<TwinDocument> result =
                handle.readTwin(DeviceHarness.TIMEOUT).toCompletableFuture();
        device.loop.run();
        return result;
    }

    CompletableFuture<Optional<Long>> update(ConnectionHandle handle, String patch) {
        return update(handle, patch, null, DeviceHarness.TIMEOUT);
    }

    CompletableFuture<Optional<Long>> update(
            ConnectionHandle handle, String patch, Long expectedVersion, Duration timeout) {
        CompletableFuture<Optional<Long>> result =
                handle.updateTwin(patch.getBytes(), expectedVersion, timeout).toCompletableFuture();
        device.loop.run();
        return result;
    }

    void grantAnswers() {
        device.grant(TwinTopics.RESPONSE_FILTER);
    }

    /** The requests on the present link, in order. */
    List<Sent> requests() {
        return requestsOn(device.transport.last());
    }

    private static List<Sent> requestsOn(FakeTransport.FakeLink link) {
        return link.sent.stream()
                .filter(message -> message.topic().startsWith("$iothub/twin/"))
                .map(message -> new Sent(message.topic(), message.body()))
                .toList();
    }

    List<String> bodies() {
        return requests().stream().map(Sent::body).toList();
    }

    /** How often the twin was asked for on all links together. */
    long reads() {
        return device.transport.links.stream()
                .flatMap(link -> requestsOn(link).stream())
                .filter(request -> request.topic().startsWith(GET))
                .count();
    }

    /** Acknowledges and answers a request on the present link. */
    void answer(int index, int status, String body) {
        answer(requests().get(index).id(), status, "", body);
    }

    /** Carries out an update. */
    void updated(int index, long version) {
        answer(requests().get(index).id(), 204, "&$version=" + version, "");
    }

    void answer(String requestId, int status, String parameters, String body) {
        device.pubackAll();
        device.arrive("$iothub/twin/res/" + status + "/?$rid=" + requestId + parameters, body);
    }

    /** Answers the last read with a state of the desired properties. */
    void desired(long version, String members) {
        answer(
                requests().size() - 1,
                200,
                "{\"desired\":{" + members + (members.isEmpty() ? "" : ",") + "\"$version\":" + version
                        + "},\"reported\":{\"$version\":1}}");
    }

    /** Tells of a change of the desired properties. */
    void changed(long version, String members) {
        device.arrive(
                "$iothub/twin/PATCH/properties/desired/?$version=" + version,
                "{" + members + (members.isEmpty() ? "" : ",") + "\"$version\":" + version + "}");
    }

    record Sent(String topic, String body) {

        String id() {
            String rest = topic.substring(topic.indexOf("$rid=") + 5);
            int end = rest.indexOf('&');
            return end < 0 ? rest : rest.substring(0, end);
        }

        boolean isRead() {
            return topic.startsWith(GET);
        }

        boolean isUpdate() {
            return topic.startsWith(PATCH);
        }
    }
}
