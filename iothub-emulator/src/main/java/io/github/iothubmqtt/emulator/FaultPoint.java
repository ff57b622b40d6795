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

import java.util.EnumSet;
import java.util.Set;

/**
 * A moment in the life of a connection at which the hub can fail. Each constant says what has happened by then; the points before an
 * answer allow more faults than those after it, for there is a packet to tamper with.
 */
public enum FaultPoint {

    /** The client's first bytes have come, the hub's side of the TLS handshake is due. Nobody knows which device it is. */
    TLS_HANDSHAKE(EnumSet.of(
            Fault.Kind.CUT, Fault.Kind.RESET, Fault.Kind.SILENCE, Fault.Kind.DELAY, Fault.Kind.CUT_MID_PACKET)),

    /** A CONNECT has come and its credentials hold; nothing has changed in the hub, CONNACK is due. */
    CONNECT(beforeAnswer(Fault.Kind.REFUSE)),

    /** CONNACK 0 was written. */
    CONNACK(anywhere()),

    /** A PUBLISH has come, telemetry or other, and the hub has done nothing. */
    PUBLISH(anywhere(Fault.Kind.DROP)),

    /**
     * A PUBLISH with QoS 1 has been taken in, telemetry is stored and listeners have been called; PUBACK is due. The response to a
     * twin request comes after it.
     */
    STORED(beforeAnswer(Fault.Kind.DUPLICATE, Fault.Kind.REORDER)),

    /** PUBACK was written. */
    PUBACK(anywhere()),

    /** A SUBSCRIBE has come; the session does not have the subscription yet, SUBACK is due. */
    SUBSCRIBE(beforeAnswer(Fault.Kind.DUPLICATE, Fault.Kind.REFUSE)),

    /** SUBACK was written, and none of the messages that wait. */
    SUBACK(anywhere()),

    /** A devicebound message, or one to the input of a module, was taken from the queue and is about to be sent. */
    DEVICEBOUND(beforeAnswer(Fault.Kind.DUPLICATE)),

    /** A devicebound message was written. */
    DEVICEBOUND_SENT(anywhere()),

    /** The PUBACK for a devicebound message has come; the message is still in the queue. */
    DEVICEBOUND_PUBACK(anywhere()),

    /** A device has asked for its twin, nothing has happened. */
    TWIN_GET(anywhere(Fault.Kind.DROP, Fault.Kind.ANSWER_STATUS)),

    /** A patch of reported properties has come, the twin is unchanged. */
    TWIN_PATCH(anywhere(Fault.Kind.DROP, Fault.Kind.ANSWER_STATUS)),

    /** A twin request was carried out, or refused, and acknowledged; the response is due. */
    TWIN_RESPONSE(beforeAnswer(
            Fault.Kind.DUPLICATE, Fault.Kind.REORDER, Fault.Kind.ANSWER_STATUS, Fault.Kind.ANSWER_OTHER_RID)),

    /** The desired properties have changed, the notification of a device that is subscribed is due. */
    DESIRED_NOTIFICATION(beforeAnswer(Fault.Kind.DUPLICATE, Fault.Kind.REORDER)),

    /** The call of a direct method is about to be sent. */
    METHOD_REQUEST(beforeAnswer(Fault.Kind.DUPLICATE, Fault.Kind.REORDER)),

    /** The device's response to a direct method has come, the caller does not have it. */
    METHOD_RESPONSE(anywhere(Fault.Kind.DROP)),

    /** A CONNECT to the provisioning service has come and its token may hold, CONNACK is due. Such a device is named by its registration id. */
    PROVISIONING_CONNECT(beforeAnswer(Fault.Kind.REFUSE)),

    /** A SUBSCRIBE to the provisioning service has come, SUBACK is due. */
    PROVISIONING_SUBSCRIBE(beforeAnswer(Fault.Kind.DUPLICATE, Fault.Kind.REFUSE)),

    /** A device has asked to be registered, nothing has happened. */
    PROVISIONING_REGISTER(anywhere(Fault.Kind.DROP, Fault.Kind.ANSWER_STATUS, Fault.Kind.ANSWER)),

    /** A device has asked how far its registration is, nothing has happened. */
    PROVISIONING_POLL(anywhere(Fault.Kind.DROP, Fault.Kind.ANSWER_STATUS, Fault.Kind.ANSWER)),

    /** A request to the provisioning service was carried out, or refused, and acknowledged; the response is due. */
    PROVISIONING_RESPONSE(beforeAnswer(
            Fault.Kind.DUPLICATE,
            Fault.Kind.REORDER,
            Fault.Kind.ANSWER_STATUS,
            Fault.Kind.ANSWER,
            Fault.Kind.ANSWER_OTHER_RID));

    private final Set<Fault.Kind> allowed;

    FaultPoint(Set<Fault.Kind> allowed) {
        this.allowed = allowed;
    }

    private static EnumSet<Fault.Kind> anywhere(Fault.Kind... more) {
        EnumSet<Fault.Kind> kinds =
                EnumSet.of(Fault.Kind.CUT, Fault.Kind.RESET, Fault.Kind.CLOSE, Fault.Kind.SILENCE, Fault.Kind.DELAY);
        kinds.addAll(Set.of(more));
        return kinds;
    }

    private static EnumSet<Fault.Kind> beforeAnswer(Fault.Kind... more) {
        EnumSet<Fault.Kind> kinds = anywhere(more);
        kinds.add(Fault.Kind.DROP);
        kinds.add(Fault.Kind.CUT_MID_PACKET);
        return kinds;
    }

    Set<Fault.Kind> allowed() {
        return allowed;
    }

    boolean isSubscription() {
        return this == SUBSCRIBE || this == PROVISIONING_SUBSCRIBE;
    }

    /** Throws an IllegalArgumentException for a fault that cannot happen here. */
    void check(Fault fault) {
        if (!allowed.contains(fault.kind())) {
            throw new IllegalArgumentException(
                    "The fault '" + fault + "' cannot happen at " + this + ", these can: " + allowed);
        }
        if (fault.retryAfter() != null && !name().startsWith("PROVISIONING_")) {
            throw new IllegalArgumentException(
                    "Only the provisioning service tells a device when to come again, not " + this);
        }
        if (fault.kind() == Fault.Kind.REFUSE && (fault.code() == Fault.SUBACK_FAILURE) != isSubscription()) {
            throw new IllegalArgumentException("The fault '" + fault + "' cannot happen at " + this
                    + ": a CONNECT is refused with 1 to 5, a SUBSCRIBE with refuseSubscription()");
        }
    }
}
