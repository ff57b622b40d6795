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
package io.github.iothubmqtt.camel;

import io.github.iothubmqtt.device.Delivery;
import io.github.iothubmqtt.protocol.SystemProperty;

/** A devicebound message, or one to an input of a module, failed as often as it may be delivered; it was acknowledged and is gone from the hub. */
public class DeviceboundFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    DeviceboundFailedException(Delivery delivery, Throwable cause) {
        super(
                (delivery.input() == null
                                ? "A devicebound message"
                                : "A message to the input '" + delivery.input() + "'")
                        + (delivery.message().systemProperties().containsKey(SystemProperty.MESSAGE_ID)
                                ? " with id "
                                        + delivery.message().systemProperties().get(SystemProperty.MESSAGE_ID)
                                : "")
                        + " failed each time that it was delivered and is given up",
                cause);
    }
}
