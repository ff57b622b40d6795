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
package io.github.iothubmqtt.transport.paho;

/**
 * Which text Paho takes. It allows less than MQTT does (its test for surrogates is the wrong way round, and everything from
 * U+FDD0 on fails), and it finds out in the thread that sends, where it costs the connection.
 */
final class Characters {

    private static final char FIRST_REFUSED = '\uFDD0';

    private Characters() {}

    static boolean canBeSent(String text) {
        return text.chars()
                .noneMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c) || c >= FIRST_REFUSED);
    }
}
