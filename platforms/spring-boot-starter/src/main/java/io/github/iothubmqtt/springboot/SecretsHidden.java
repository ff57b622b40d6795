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
import java.util.stream.Collectors;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Hides the component's secrets from Actuator's endpoints, however the property is spelt, and connection strings and tokens of a hub
 * under whichever name they come, an environment variable for example. A bare key cannot be told by its looks.
 */
final class SecretsHidden implements SanitizingFunction {

    private static final Set<String> NAMES = IotHubMqttProperties.SECRETS.stream()
            .map(name -> plain(IotHubMqttAutoConfiguration.PREFIX + name))
            .collect(Collectors.toUnmodifiableSet());

    @Override
    public SanitizableData apply(SanitizableData data) {
        return NAMES.contains(plain(data.getKey())) || isSecret(data.getValue()) ? data.withSanitizedValue() : data;
    }

    /** The property as Spring compares it: environment variables have neither case nor dashes. */
    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }

    private static boolean isSecret(Object value) {
        return value != null
                && (value.toString().contains("SharedAccessKey=")
                        || value.toString().contains("SharedAccessSignature "));
    }
}
