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

/** The direct methods' half of one connection: brings calls to the device and its answers back. Belongs to the hub's event loop. */
final class MethodLink {

    private final Hub hub;
    private final Identity identity;
    private final Session session;
    private final ServicePublisher publisher;
    private final Interference interference;

    MethodLink(Hub hub, Identity identity, Session session, ServicePublisher publisher, Interference interference) {
        this.hub = hub;
        this.identity = identity;
        this.session = session;
        this.publisher = publisher;
        this.interference = interference;
    }

    /** Whether the hub takes the device for one that can be called. */
    boolean isOnlineFor(DirectMethod method) {
        return hub.settings().methodOnline() == HubSettings.MethodOnline.CONNECTED
                || session.grantedQosForMethod(method.name()) >= 0;
    }

    void request(String rid, DirectMethod method) {
        int qos = session.grantedQosForMethod(method.name());
        if (qos >= 0) {
            String topic = "$iothub/methods/POST/" + method.name() + "/?$rid=" + rid;
            byte[] body = method.body(hub.settings().absentMethodPayload());
            interference.answer(FaultPoint.METHOD_REQUEST, () -> publisher.publish(topic, body, qos));
        }
    }

    /** {@code acknowledge} is called when the caller has the answer, or when the hub has found that there is no caller. */
    void take(ServiceTopic response, byte[] body, Runnable acknowledge) {
        interference.reach(
                FaultPoint.METHOD_RESPONSE,
                () -> {
                    passOn(response, body);
                    acknowledge.run();
                },
                dropped -> acknowledge.run());
    }

    private void passOn(ServiceTopic response, byte[] body) {
        if (!hub.methods().answered(identity, response.rid(), response.status(), body)) {
            hub.log()
                    .warning(
                            identity,
                            HubCode.BAD_REQUEST,
                            "dropped a method response, for nobody waits for one with "
                                    + (response.rid() == null ? "no $rid" : "$rid " + response.rid()));
        }
    }
}
