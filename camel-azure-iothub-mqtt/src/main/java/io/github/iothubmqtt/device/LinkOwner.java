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

import io.github.iothubmqtt.transport.MqttConnection;
import io.github.iothubmqtt.transport.TransportException;

/** What sender, receiver and the other parts of a connection ask of it. On the event loop. */
interface LinkOwner {

    /** This link is of no more use; ignored when it is not the present one. */
    void lost(MqttConnection link, TransportException cause);

    /** Something has come to its end: whatever the present state allows may be begun. */
    void proceed();

    /** Make the connection anew as soon as nothing is under way; ignored when this link is not the present one. */
    void handOver(MqttConnection link, String why);

    /** Why there is no connection, or was none lately; null when all is well. */
    Exception lastFailure();
}
