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

import java.time.Duration;
import java.util.Locale;

/** What goes wrong at a {@link FaultPoint}. A value; it does nothing until it is armed with {@link Faults}. */
public final class Fault {

    enum Kind {
        CUT,
        RESET,
        CUT_MID_PACKET,
        CLOSE,
        SILENCE,
        DROP,
        DELAY,
        DUPLICATE,
        REORDER,
        REFUSE,
        ANSWER_STATUS,
        ANSWER,
        ANSWER_OTHER_RID
    }

    static final int SUBACK_FAILURE = 0x80;

    private final Kind kind;
    private final Duration delay;
    private final int code;
    private final int logCode;
    private final Duration retryAfter;
    private final String body;

    private Fault(Kind kind, Duration delay, int code, int logCode) {
        this(kind, delay, code, logCode, null, null);
    }

    private Fault(Kind kind, Duration delay, int code, int logCode, Duration retryAfter, String body) {
        this.kind = kind;
        this.delay = delay;
        this.code = code;
        this.logCode = logCode;
        this.retryAfter = retryAfter;
        this.body = body;
    }

    private static Fault of(Kind kind) {
        return new Fault(kind, Duration.ZERO, 0, HubCode.CONNECTION_CLOSED_REMOTELY);
    }

    /** The TCP connection ends after all that was written before; TLS does not say good-bye. */
    public static Fault cut() {
        return of(Kind.CUT);
    }

    /** The TCP connection ends with RST; what was written before may be lost, as RST has it. */
    public static Fault reset() {
        return of(Kind.RESET);
    }

    /** The first half of the packet that is due is written, then the TCP connection ends. */
    public static Fault cutMidPacket() {
        return of(Kind.CUT_MID_PACKET);
    }

    /**
     * The hub ends the connection in good order, and its log has this code: 429001 for throttling, 401003 for a token that expired,
     * 400027 for a newer connection, 403002 for the daily quota, …
     */
    public static Fault close(int logCode) {
        return new Fault(Kind.CLOSE, Duration.ZERO, 0, logCode);
    }

    /**
     * The connection is half open from now on: the hub reads nothing and writes nothing, no PINGRESP and no FIN either, even when it
     * gives the connection up. Lasts until the client closes it or the hub is stopped.
     */
    public static Fault silence() {
        return of(Kind.SILENCE);
    }

    /**
     * The packet that is due is not written, though the hub did its part and believes that it was. At {@link FaultPoint#PUBLISH} it
     * is the message that gets lost: neither stored nor acknowledged. At {@link FaultPoint#TWIN_GET}, {@link FaultPoint#TWIN_PATCH}
     * and {@link FaultPoint#METHOD_RESPONSE} the hub acknowledges what came, and forgets it.
     */
    public static Fault drop() {
        return of(Kind.DROP);
    }

    /**
     * The hub does nothing for this connection until the time has passed, then it goes on; what comes meanwhile waits its turn.
     * Real time, whatever the hub's clock says, as latency is.
     */
    public static Fault delay(Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("Must not be below 0: " + value);
        }
        return new Fault(Kind.DELAY, value, 0, HubCode.NONE);
    }

    /** The packet that is due is written twice. Of a devicebound message that was doubled, one PUBACK is enough. */
    public static Fault duplicate() {
        return of(Kind.DUPLICATE);
    }

    /** The packet that is due is held back and written after the next one of its kind. Without a next one it is never written. */
    public static Fault reorder() {
        return of(Kind.REORDER);
    }

    /** CONNACK has this code, 1 to 5, and the connection is closed. */
    public static Fault refuse(int returnCode) {
        return refuse(returnCode, returnCode == 3 ? HubCode.SERVER_ERROR : HubCode.UNAUTHORIZED);
    }

    static Fault refuse(int returnCode, int logCode) {
        if (returnCode < 1 || returnCode > 5) {
            throw new IllegalArgumentException("An MQTT 3.1.1 refusal has a code from 1 to 5, not " + returnCode);
        }
        return new Fault(Kind.REFUSE, Duration.ZERO, returnCode, logCode);
    }

    /** SUBACK has 0x80 for every filter, and nothing is subscribed. */
    public static Fault refuseSubscription() {
        return new Fault(Kind.REFUSE, Duration.ZERO, SUBACK_FAILURE, HubCode.NONE);
    }

    /**
     * A request is answered with this status, 400 to 599, and the JSON that goes with it: 429 for throttling, 412, 500, 503, …
     * At the points before a response it was carried out, at {@link FaultPoint#TWIN_GET} and its like it was not.
     */
    public static Fault answerStatus(int status) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("An error has a status from 400 to 599, not " + status);
        }
        return new Fault(Kind.ANSWER_STATUS, Duration.ZERO, status, HubCode.ofStatus(status));
    }

    /** The same; the device is told to come again after this time, in whole seconds. The provisioning service's alone. */
    public static Fault answerStatus(int status, Duration retryAfter) {
        Fault plain = answerStatus(status);
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException("Must not be below 0: " + retryAfter);
        }
        return new Fault(Kind.ANSWER_STATUS, Duration.ZERO, status, plain.logCode, retryAfter, null);
    }

    /**
     * A request is answered with this status, 200 to 599, and this body, whatever is true: no JSON at all, an assignment to no hub, …
     * The provisioning service's alone.
     */
    public static Fault answer(int status, String body) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("A response has a status from 200 to 599, not " + status);
        }
        return new Fault(Kind.ANSWER, Duration.ZERO, status, HubCode.NONE, null, body);
    }

    /** The response to a request carries another {@code $rid} than the request. */
    public static Fault answerOtherRid() {
        return of(Kind.ANSWER_OTHER_RID);
    }

    Kind kind() {
        return kind;
    }

    Duration delay() {
        return delay;
    }

    /** Of a refusal: the code or status that the client sees. */
    int code() {
        return code;
    }

    int logCode() {
        return logCode;
    }

    /** Null for none. */
    Duration retryAfter() {
        return retryAfter;
    }

    /** Null for what goes with the status. */
    String body() {
        return body;
    }

    @Override
    public String toString() {
        String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return switch (kind) {
            case CLOSE -> name + " with " + logCode;
            case DELAY -> name + " of " + delay;
            case REFUSE, ANSWER_STATUS, ANSWER -> name + " with " + code;
            default -> name;
        };
    }
}
