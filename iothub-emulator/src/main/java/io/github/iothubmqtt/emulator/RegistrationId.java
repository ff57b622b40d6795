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

import java.util.Locale;
import java.util.regex.Pattern;

/** The names of registrations and of enrollment groups: case does not matter. Pure functions. */
final class RegistrationId {

    private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9\\-._:]{0,127}[A-Za-z0-9\\-]");

    static final String RULE =
            "1 to 128 letters, digits and - . _ : are allowed, and the last one must be a letter, a digit or -";

    private RegistrationId() {}

    static boolean isValid(String id) {
        return GRAMMAR.matcher(id).matches();
    }

    static String checked(String what, String id) {
        if (id == null || !isValid(id)) {
            throw new IllegalArgumentException("'" + id + "' is no " + what + ": " + RULE);
        }
        return id;
    }

    /** Equal for ids that differ in case alone. */
    static String key(String id) {
        return id.toLowerCase(Locale.ROOT);
    }
}
