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

/** The states of an identity's connection. */
public enum ConnectionState {
    /** Made, and not started yet. */
    NEW,
    /** From asking for credentials to CONNACK, or waiting for the old connection to be closed before that. */
    CONNECTING,
    /** CONNACK 0 came: messages flow. */
    CONNECTED,
    /** Still connected; nothing new is sent or handed to routes, so that a planned reconnect disturbs nothing. */
    HANDING_OVER,
    /** The planned reconnect itself: the old connection is being closed and the new one made. */
    RENEWING,
    /** The connection was lost or refused; the next attempt is due after a delay. */
    WAITING,
    /** The last endpoint has stopped, or the very first connect failed. Final. */
    CLOSED
}
