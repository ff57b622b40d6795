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

import java.time.Instant;

/**
 * What a connection is doing, for operators and health checks. Holds nothing secret.
 *
 * @param state its state
 * @param since when it came into that state
 * @param peer host and port that it is connected to, or is connecting to; null when there is neither
 * @param cause why there is no connection, or why the last one ended, as a sentence; null when there was no trouble
 * @param failedAttempts attempts to connect that failed since the connection was up last
 * @param tokenExpiry when the token of the present connection expires; null without a connection, and without a token
 * @param certificateExpiry when the client certificate of the present connection expires; null without a connection, without a
 *     certificate, and when that cannot be seen
 * @param subscribed whether the hub has granted all subscriptions, of which there is one at least; a planned reconnect does not change
 *     that
 * @param inFlight messages that were sent and are not acknowledged
 * @param pending messages that were accepted and are not acknowledged, those in flight included
 */
public record ConnectionStatus(
        ConnectionState state,
        Instant since,
        String peer,
        String cause,
        int failedAttempts,
        Instant tokenExpiry,
        Instant certificateExpiry,
        boolean subscribed,
        int inFlight,
        int pending) {

    /** Whether messages can flow, a planned reconnect included. */
    public boolean isUp() {
        return state == ConnectionState.CONNECTED
                || state == ConnectionState.HANDING_OVER
                || state == ConnectionState.RENEWING;
    }
}
