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

import java.util.Locale;

import io.github.iothubmqtt.protocol.SystemProperty;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultHeaderFilterStrategy;

/**
 * Keeps Camel's own headers at home in both directions, in any spelling of upper and lower case: the hub is not trusted with
 * them, and a property bag from outside must not steer the route. Names that are the hub's ({@code $.…}) do not go out either.
 */
public class IotHubMqttHeaderFilterStrategy extends DefaultHeaderFilterStrategy {

    @Override
    protected boolean extendedFilter(Direction direction, String key, Object value, Exchange exchange) {
        return key.isEmpty() || SystemProperty.isReserved(key) || isCamels(key.toLowerCase(Locale.ROOT));
    }

    private static boolean isCamels(String lowerCaseName) {
        return lowerCaseName.startsWith("camel") || lowerCaseName.startsWith("org.apache.camel.");
    }
}
