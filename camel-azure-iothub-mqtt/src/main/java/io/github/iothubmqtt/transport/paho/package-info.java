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
/**
 * The MQTT transport on Eclipse Paho mqttv3 1.2.5, and the only package that names it.
 *
 * <p>Paho is used for one connection at a time: its packet codec, its packet identifiers and the threads that move packets. What
 * it does not do well enough is done here: sockets, TLS, thread life, keep-alive, the end of a connection, and saying why.
 * Only packages that Paho's OSGi bundle exports are used.
 */
package io.github.iothubmqtt.transport.paho;
