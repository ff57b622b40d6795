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
package io.github.iothubmqtt.reliability;

/** What can befall a device. Named for the moment at which it happens. */
enum Fault {
    /** The hub has stored a message, the device never gets the PUBACK. */
    CUT_BEFORE_PUBACK,
    /** Some milliseconds after a message was stored: wherever the device is then. */
    CUT_AT_ANY_TIME,
    /** Cut before PUBACK, and again within a tenth of a second: in the TLS handshake, before CONNACK, before SUBACK, in the resending. */
    CUT_TWICE,
    /** Cut before PUBACK, and the next connects are refused for some tens of milliseconds. */
    CUT_AND_REFUSE
}
