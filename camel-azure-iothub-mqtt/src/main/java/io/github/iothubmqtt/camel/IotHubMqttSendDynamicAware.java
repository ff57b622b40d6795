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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.annotations.SendDynamic;
import org.apache.camel.support.component.SendDynamicAwareSupport;

/**
 * Lets {@code toD} use one endpoint for URIs that differ only in what a header can say as well: the operation, and content type, content
 * encoding and output of telemetry. What the exchange has as a header wins over the URI, as it does for {@code to}.
 */
@SendDynamic("iothub-mqtt")
public class IotHubMqttSendDynamicAware extends SendDynamicAwareSupport {

    private static final Map<String, String> HEADERS = Map.of(
            "operation", IotHubMqttConstants.OPERATION,
            "contentType", IotHubMqttConstants.CONTENT_TYPE,
            "contentEncoding", IotHubMqttConstants.CONTENT_ENCODING,
            "outputName", IotHubMqttConstants.OUTPUT_NAME);

    /** One option; a value in RAW(…) may hold any character. */
    private static final Pattern OPTION = Pattern.compile("([^=&]+)=(RAW\\(.*?\\)(?=&|$)|RAW\\{.*?}(?=&|$)|[^&]*)");

    @Override
    public boolean resolveRawParameterValues() {
        return false;
    }

    @Override
    public boolean isLenientProperties() {
        return false;
    }

    @Override
    public DynamicAwareEntry prepare(Exchange exchange, String uri, String originalUri) throws Exception {
        Map<String, Object> moved = new LinkedHashMap<>();
        options(uri, HEADERS::containsKey)
                .forEach((name, text) -> moved.put(HEADERS.get(name), text.substring(name.length() + 1)));
        // Camel decodes what it binds to an option, and we bind to headers: leave alone what it would have to decode.
        boolean plain = moved.values().stream().noneMatch(IotHubMqttSendDynamicAware::isEncoded);
        return plain ? new DynamicAwareEntry(uri, originalUri, moved, null) : null;
    }

    private static boolean isEncoded(Object value) {
        String text = value.toString();
        return text.contains("%") || text.contains("+") || text.startsWith("RAW") || text.startsWith("#");
    }

    @Override
    public String resolveStaticUri(Exchange exchange, DynamicAwareEntry entry) throws Exception {
        if (entry.getProperties().isEmpty()) {
            return null;
        }
        String uri = entry.getUri();
        String kept = String.join(
                "&", options(uri, name -> !HEADERS.containsKey(name)).values());
        String path = uri.substring(0, uri.indexOf('?'));
        return kept.isEmpty() ? path : path + "?" + kept;
    }

    @Override
    public Processor createPreProcessor(Exchange exchange, DynamicAwareEntry entry) throws Exception {
        Map<String, Object> absent = absent(exchange, entry);
        return absent.isEmpty()
                ? null
                : processed ->
                        absent.forEach((header, value) -> processed.getMessage().setHeader(header, value));
    }

    @Override
    public Processor createPostProcessor(Exchange exchange, DynamicAwareEntry entry) throws Exception {
        Map<String, Object> absent = absent(exchange, entry);
        return absent.isEmpty() ? null : processed -> absent.keySet().forEach(processed.getMessage()::removeHeader);
    }

    /** What the URI says and the exchange does not. */
    private static Map<String, Object> absent(Exchange exchange, DynamicAwareEntry entry) {
        Map<String, Object> absent = new LinkedHashMap<>(entry.getProperties());
        absent.keySet().removeIf(header -> exchange.getMessage().getHeader(header) != null);
        return absent;
    }

    /** The options of a URI by their names, each as it is written. */
    private static Map<String, String> options(String uri, Predicate<String> wanted) {
        Map<String, String> options = new LinkedHashMap<>();
        int query = uri.indexOf('?');
        if (query >= 0) {
            Matcher option = OPTION.matcher(uri.substring(query + 1));
            while (option.find()) {
                if (wanted.test(option.group(1))) {
                    options.put(option.group(1), option.group());
                }
            }
        }
        return options;
    }
}
