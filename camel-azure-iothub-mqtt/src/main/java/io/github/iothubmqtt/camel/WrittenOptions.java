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

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.PropertyConfigurerGetter;

/**
 * The options of an endpoint as they were written, before and after Camel has bound them: refuses what Camel would take in silence
 * for something else. The sentences name options and never show values, because one of these may be a key.
 */
final class WrittenOptions {

    private static final Set<String> PATH = Set.of("deviceId", "moduleId");

    private WrittenOptions() {}

    /** @param types knows the type of each option */
    static void check(Map<String, Object> written, PropertyConfigurer types) {
        written.forEach((name, value) -> {
            if (PATH.contains(name)) {
                throw new IllegalArgumentException("The ids of device and module are given by the path, as in"
                        + " iothub-mqtt:device/module: leave out the option " + name);
            }
            if (value instanceof List) {
                throw new IllegalArgumentException("The option " + name + " is given twice: leave one of them");
            }
            if (value instanceof String text && isWholeNumber(name, types) && !canBeRead(text)) {
                // Camel takes for 0 what is no number, and qos=0 loses messages.
                throw new IllegalArgumentException("The option " + name + " is not a whole number: give one");
            }
        });
    }

    /** @param unknown what is left after all options that there are */
    static void refuse(Map<String, Object> unknown) {
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is no option of the name " + String.join(", ", new TreeSet<>(unknown.keySet()))
                            + ": check the spelling, and write a value that holds an '&' as RAW(...)");
        }
    }

    private static boolean isWholeNumber(String name, PropertyConfigurer types) {
        return types instanceof PropertyConfigurerGetter getter && getter.getOptionType(name, true) == int.class;
    }

    private static boolean canBeRead(String text) {
        if (text.startsWith("#")) {
            return true; // the name of a bean
        }
        try {
            Integer.parseInt(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
