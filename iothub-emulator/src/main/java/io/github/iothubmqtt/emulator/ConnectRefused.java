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

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/**
 * A CONNECT that the hub refuses: the code that the device sees, and the reason that only the hub's log has. Never leaves the
 * module.
 */
final class ConnectRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Null where the settings say how credentials that do not hold are refused. */
    private final transient MqttConnectReturnCode returnCode;

    private final int logCode;

    ConnectRefused(MqttConnectReturnCode returnCode, int logCode, String why) {
        super(why, null, false, false);
        this.returnCode = returnCode;
        this.logCode = logCode;
    }

    static ConnectRefused notAuthorized(String why) {
        return notAuthorized(HubCode.UNAUTHORIZED, why);
    }

    static ConnectRefused notAuthorized(int logCode, String why) {
        return new ConnectRefused(null, logCode, why);
    }

    MqttConnectReturnCode returnCode(HubSettings settings) {
        return returnCode == null ? settings.authFailureReturnCode() : returnCode;
    }

    int logCode() {
        return logCode;
    }
}
