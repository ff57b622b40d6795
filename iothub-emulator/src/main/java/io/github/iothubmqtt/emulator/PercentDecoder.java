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
package io.github.iothubmqtt.emulator;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-decoding as the hub does it: UTF-8, {@code +} stays a plus, and what is no escape (a percent sign without two hex
 * digits, bytes that are no UTF-8) is left as it was written. Pure functions.
 */
final class PercentDecoder {

    private PercentDecoder() {}

    static String decode(String text) {
        int first = text.indexOf('%');
        if (first < 0) {
            return text;
        }
        StringBuilder decoded = new StringBuilder(text.length()).append(text, 0, first);
        int at = first;
        while (at < text.length()) {
            int end = endOfEscapes(text, at);
            if (end == at) {
                decoded.append(text.charAt(at++));
            } else {
                decoded.append(decodeRun(text, at, end));
                at = end;
            }
        }
        return decoded.toString();
    }

    /** The field decoder of .NET web code, where a plus is a blank: right for token fields, wrong for property bags. */
    static String decodeForm(String text) {
        return decode(text.replace('+', ' '));
    }

    private static int endOfEscapes(String text, int start) {
        int at = start;
        while (at + 2 < text.length()
                && text.charAt(at) == '%'
                && Character.digit(text.charAt(at + 1), 16) >= 0
                && Character.digit(text.charAt(at + 2), 16) >= 0) {
            at += 3;
        }
        return at;
    }

    private static String decodeRun(String text, int start, int end) {
        ByteBuffer bytes = ByteBuffer.allocate((end - start) / 3);
        for (int at = start; at < end; at += 3) {
            bytes.put((byte) Integer.parseInt(text, at + 1, at + 3, 16));
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return text.substring(start, end);
        }
    }
}
