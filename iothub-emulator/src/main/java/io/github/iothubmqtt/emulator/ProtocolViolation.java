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
 * A device did what the hub answers by closing the connection; MQTT 3.1.1 has no other answer. Never leaves the module: it ends
 * in the connection's close cause.
 */
final class ProtocolViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int logCode;

    ProtocolViolation(int logCode, String what) {
        super(what, null, false, false);
        this.logCode = logCode;
    }

    int logCode() {
        return logCode;
    }
}
