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

/** One kind of traffic from the hub to the consumers of a connection. On the event loop. */
interface Channel {

    /** Lets a consumer have nothing more, or lets it have again; ignored when it is none of this channel's. */
    void pause(Object endpoint, boolean paused);

    /** A consumer stops; ignored when it is none of this channel's. */
    void unsubscribe(Object endpoint);

    /** All consumers stop, for good. */
    void close();

    /** The connection is gone, and with it what cannot be answered on another. */
    void linkLost();

    /** Hands over what the consumers may have now. */
    void handOut();

    /** Whether no exchange is running. */
    boolean idle();
}
