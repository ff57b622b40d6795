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

import java.nio.ByteBuffer;

import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;

/** The body of an exchange as bytes, by Camel's type converters. */
final class BodyBytes {

    private BodyBytes() {}

    /**
     * @param refusal what to say of a body that cannot be converted, behind its type
     * @throws IllegalArgumentException when it cannot
     */
    static byte[] of(Exchange exchange, String refusal) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof ByteBuffer buffer) {
            // Camel's own conversion fails behind position 0, and moves the position, so that a redelivery would find
            // nothing.
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        try {
            return exchange.getMessage().getMandatoryBody(byte[].class);
        } catch (InvalidPayloadException e) {
            throw new IllegalArgumentException("The body, a " + body.getClass().getName() + ", " + refusal, e);
        }
    }
}
