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
package io.github.iothubmqtt.transport;

/**
 * A PUBLISH packet that arrived.
 *
 * @param topic its topic name
 * @param payload its payload; empty, never null; owned by the receiver
 * @param qos 0 or 1
 * @param duplicate the DUP flag
 * @param packetId the packet identifier, meaningful on the connection that it came on and nowhere else; 0 at QoS 0
 */
public record InboundMessage(String topic, byte[] payload, int qos, boolean duplicate, int packetId) {}
