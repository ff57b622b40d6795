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

/**
 * Why a connection ended.
 *
 * @param publishesWill false only where the device said DISCONNECT
 */
record CloseCause(int logCode, String why, boolean publishesWill) {

    static final CloseCause DISCONNECT_PACKET =
            new CloseCause(HubCode.CONNECTION_CLOSED_REMOTELY, "the device said DISCONNECT", false);
    static final CloseCause CONNECTION_LOST =
            new CloseCause(HubCode.CONNECTION_CLOSED_REMOTELY, "the connection ended without DISCONNECT", true);
    static final CloseCause NEW_CONNECTION =
            new CloseCause(HubCode.CLOSED_ON_NEW_CONNECTION, "another client connected with this identity", true);
    static final CloseCause CUT =
            new CloseCause(HubCode.CONNECTION_CLOSED_REMOTELY, "the connection was cut by request of the test", true);
    static final CloseCause HUB_STOPPED = new CloseCause(
            HubCode.CONNECTION_CLOSED_REMOTELY, "the hub stopped listening by request of the test", true);
    static final CloseCause HUB_CLOSED =
            new CloseCause(HubCode.CONNECTION_CLOSED_REMOTELY, "the emulator was closed", true);

    static CloseCause of(ProtocolViolation violation) {
        return new CloseCause(violation.logCode(), violation.getMessage(), true);
    }

    static CloseCause because(int logCode, String why) {
        return new CloseCause(logCode, why, true);
    }
}
