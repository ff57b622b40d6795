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

import io.github.iothubmqtt.device.DesiredChange;

/** A change of the desired properties failed as often as it may be repeated; the route is not told of it again. */
public class DesiredFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    DesiredFailedException(DesiredChange change, Throwable cause) {
        super(
                "Version " + change.version()
                        + " of the desired properties failed each time that the route had it and is given up",
                cause);
    }
}
