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
package io.github.iothubmqtt.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoding as RFC 3986 has it, over UTF-8. It writes strictly: everything but {@code A-Z a-z 0-9 - _ . ~} is encoded, with
 * upper-case hex, and text that is not Unicode is refused. It reads leniently: what is no escape stays as it is, and bytes that are
 * no UTF-8 become U+FFFD. A plus sign is never a blank.
 */
final class PercentEncoding {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private PercentEncoding() {}

    /**
     * @throws IllegalArgumentException when the text holds half of a surrogate pair, which UTF-8 cannot express
     */
    static String encode(String text) {
        ByteBuffer bytes = utf8(text);
        StringBuilder encoded = new StringBuilder(bytes.remaining() + 16);
        while (bytes.hasRemaining()) {
            byte octet = bytes.get();
            if (isUnreserved(octet)) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEX[octet >> 4 & 0xf]).append(HEX[octet & 0xf]);
            }
        }
        return encoded.toString();
    }

    static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder decoded = new StringBuilder(text.length());
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        int at = 0;
        while (at < text.length()) {
            int octet = octetAt(text, at);
            if (octet >= 0) {
                octets.write(octet);
                at += 3;
            } else {
                flush(octets, decoded);
                decoded.append(text.charAt(at));
                at++;
            }
        }
        flush(octets, decoded);
        return decoded.toString();
    }

    private static ByteBuffer utf8(String text) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "The text holds half of a surrogate pair and is therefore no Unicode text:"
                            + " do not cut a string inside a character",
                    e);
        }
    }

    private static boolean isUnreserved(byte octet) {
        return octet >= 'a' && octet <= 'z'
                || octet >= 'A' && octet <= 'Z'
                || octet >= '0' && octet <= '9'
                || octet == '-'
                || octet == '_'
                || octet == '.'
                || octet == '~';
    }

    /** The byte that the escape at this place stands for, or -1 when there is none. */
    private static int octetAt(String text, int at) {
        if (text.charAt(at) != '%' || at + 2 >= text.length()) {
            return -1;
        }
        int high = hexDigit(text.charAt(at + 1));
        int low = hexDigit(text.charAt(at + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int hexDigit(char c) {
        // Character.digit alone also takes full-width digits.
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    private static void flush(ByteArrayOutputStream octets, StringBuilder decoded) {
        decoded.append(octets.toString(StandardCharsets.UTF_8));
        octets.reset();
    }
}
