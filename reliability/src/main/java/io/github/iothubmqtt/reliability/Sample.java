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

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What message number n of a device looks like: a function of the seed alone, so that the books need not remember what was sent in
 * order to check what arrived.
 */
record Sample(int device, int number, byte[] body, Map<String, String> properties) {

    /** No empty one: the hub does not tell it from a property without value. */
    private static final List<String> TEXTS = List.of("plain", "a=b&c d/ü", "100 %", "+49 30", "日本 語", "?#$");

    private static final int SHORTEST = 16;
    private static final int LONGEST = 400;

    static Sample of(long seed, int device, int number) {
        SplittableRandom random = random(seed, device, number);
        byte[] body = new byte[random.nextInt(SHORTEST, LONGEST)];
        random.nextBytes(body);
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("number", Integer.toString(number));
        properties.put("text", TEXTS.get(random.nextInt(TEXTS.size())));
        if (random.nextBoolean()) {
            properties.put("room", "r" + random.nextInt(100));
        }
        return new Sample(device, number, body, properties);
    }

    /** The same for all that is drawn for one message. */
    static SplittableRandom random(long seed, int device, int number) {
        return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + device * 0xC2B2AE3D27D4EB4FL + number);
    }

    String messageId() {
        return device + "-" + number;
    }

    /** What is different from what was sent, in words; null when body and properties are the same to the byte. */
    String difference(byte[] otherBody, Map<String, String> otherProperties) {
        if (!Arrays.equals(body, otherBody)) {
            return "body of " + body.length + " bytes sent, another of " + otherBody.length + " arrived";
        }
        return properties.equals(otherProperties)
                ? null
                : "properties " + properties + " sent, " + otherProperties + " arrived";
    }
}
