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

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.mqtt.messages.MqttSubscribeMessage;

/** Grants the filters of a SUBSCRIBE, or refuses them as the settings say. Belongs to the hub's event loop, and to one connection. */
final class Subscriber {

    private final Hub hub;
    private final Identity identity;
    private final Session session;

    Subscriber(Hub hub, Identity identity, Session session) {
        this.hub = hub;
        this.identity = identity;
        this.session = session;
    }

    /**
     * Returns what SUBACK says to each filter.
     *
     * @throws ProtocolViolation for a filter that ends the connection
     */
    List<MqttQoS> subscribe(MqttSubscribeMessage message) {
        return message.topicSubscriptions().stream()
                .map(each -> subscribe(each.topicName(), each.qualityOfService()))
                .toList();
    }

    private MqttQoS subscribe(String filter, MqttQoS wanted) {
        SubscriptionFilter.Purpose purpose = SubscriptionFilter.purposeOf(filter, identity);
        if (purpose == null) {
            return subscribeToUnknown(filter, wanted);
        }
        if (session.isFull(filter, hub.settings().maxSubscriptions())) {
            throw new ProtocolViolation(
                    HubCode.BAD_REQUEST,
                    "it subscribed to more than " + hub.settings().maxSubscriptions() + " filters");
        }
        MqttQoS granted = granted(wanted);
        session.subscribe(filter, purpose, granted.value());
        return granted;
    }

    private MqttQoS subscribeToUnknown(String filter, MqttQoS wanted) {
        switch (hub.settings().unknownSubscription()) {
            case REFUSE -> {
                hub.log().warning(identity, HubCode.BAD_REQUEST, "refused the subscription '" + filter + "'");
                return MqttQoS.FAILURE;
            }
            case IGNORE -> {
                hub.log()
                        .warning(
                                identity,
                                HubCode.BAD_REQUEST,
                                "nothing will come of the subscription '" + filter + "'");
                return granted(wanted);
            }
            default ->
                throw new ProtocolViolation(
                        HubCode.BAD_REQUEST, "it subscribed to '" + filter + "', which is no filter of " + identity);
        }
    }

    private static MqttQoS granted(MqttQoS wanted) {
        return MqttQoS.valueOf(Math.min(wanted.value(), MqttQoS.AT_LEAST_ONCE.value()));
    }
}
