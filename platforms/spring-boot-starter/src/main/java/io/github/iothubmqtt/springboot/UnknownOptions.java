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
package io.github.iothubmqtt.springboot;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Refuses properties under the component's prefix that are none of its options. Spring would ignore them or, told not to, print
 * their values, and a misspelt key is one.
 */
final class UnknownOptions {

    private static final ConfigurationPropertyName PREFIX =
            ConfigurationPropertyName.of(IotHubMqttAutoConfiguration.PREFIX);
    private static final Set<String> OF_EACH_STARTER = Set.of("enabled", "customizer");

    private UnknownOptions() {}

    /** @param options the names that the component gives its options */
    static void refuse(ConfigurableEnvironment environment, Set<String> options) {
        Set<String> known =
                options.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        known.addAll(OF_EACH_STARTER);
        Set<String> unknown = new TreeSet<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.from(environment.getPropertySources())) {
            if (source instanceof IterableConfigurationPropertySource names) {
                names.stream()
                        .filter(PREFIX::isAncestorOf)
                        .filter(name -> !known.contains(name.getElement(PREFIX.getNumberOfElements(), Form.UNIFORM)))
                        .forEach(name -> unknown.add(name.toString()));
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is no option for the property " + String.join(", ", unknown) + ": check the spelling");
        }
    }
}
