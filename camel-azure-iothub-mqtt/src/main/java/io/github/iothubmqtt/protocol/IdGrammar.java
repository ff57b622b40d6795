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

import java.util.Locale;

/** The characters of which IoT Hub lets device ids, module ids and message ids consist: 1 to 128 of an ASCII set. */
final class IdGrammar {

    private static final int MAX_LENGTH = 128;
    private static final String PUNCTUATION = "-.+%_#*?!(),:=@$';";

    private IdGrammar() {}

    /**
     * @param name what the id is called in a sentence, such as "device id"
     * @throws IllegalArgumentException when it breaks the grammar
     */
    static void require(String name, String id) {
        if (id == null || id.isEmpty()) {
            throw new IllegalArgumentException("The " + name + " is empty: give one of 1 to 128 characters");
        }
        if (id.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("The " + name + " has " + id.length()
                    + " characters: shorten it to 128, the most that IoT Hub allows");
        }
        id.codePoints().filter(c -> !isAllowed(c)).findFirst().ifPresent(c -> {
            throw new IllegalArgumentException("The " + name + " contains " + describe(c)
                    + ", which IoT Hub does not allow: use only ASCII letters, digits and "
                    + String.join(" ", PUNCTUATION.split("")));
        });
    }

    static String describe(int character) {
        return character > ' ' && character < 127
                ? "'" + Character.toString(character) + "'"
                : String.format(Locale.ROOT, "U+%04X", character);
    }

    private static boolean isAllowed(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || PUNCTUATION.indexOf(c) >= 0;
    }
}
