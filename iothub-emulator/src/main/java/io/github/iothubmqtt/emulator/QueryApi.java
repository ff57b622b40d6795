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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import io.vertx.ext.web.RoutingContext;

/**
 * Queries for the service side, page by page in the order of device ids: a continuation names the last device of its page, so that
 * devices which come and go meanwhile disturb no other. Belongs to the hub's event loop.
 */
final class QueryApi {

    private static final int DEFAULT_PAGE = 100;
    private static final String CONTINUATION = "x-ms-continuation";

    private final Hub hub;
    private final DeviceRegistry registry;

    QueryApi(Hub hub, DeviceRegistry registry) {
        this.hub = hub;
        this.registry = registry;
    }

    void query(RoutingContext context) {
        String text = ServiceResponse.body(context).text("query");
        if (text == null) {
            throw JsonMembers.invalid("'query' is missing");
        }
        TwinQuery query = QueryParser.parse(text);
        int max = pageSize(context.request().getHeader("x-ms-max-item-count"));
        String after = lastOfPage(context.request().getHeader(CONTINUATION));
        List<Map<String, Object>> page = new ArrayList<>();
        String last = after;
        for (EmulatedDevice device : registry.all()) {
            if (device.deviceId().compareTo(after) <= 0) {
                continue;
            }
            Map<String, Object> twin = hub.twins().backEndView(Identity.device(device.deviceId()), device.ownTwin());
            if (!query.finds(twin)) {
                continue;
            }
            if (page.size() == max) {
                context.response().putHeader(CONTINUATION, continuation(last));
                break;
            }
            page.add(query.shown(twin));
            last = device.deviceId();
        }
        context.response().putHeader("x-ms-item-type", query.showsWholeTwins() ? "twin" : "raw");
        ServiceResponse.answer(context, page);
    }

    private static int pageSize(String header) {
        if (header == null) {
            return DEFAULT_PAGE;
        }
        if (!header.matches("[1-9]\\d{0,2}|1000")) {
            throw JsonMembers.invalid(
                    "x-ms-max-item-count must be a whole number from 1 to 1000, not '" + header + "'");
        }
        return Integer.parseInt(header);
    }

    private static String continuation(String lastDevice) {
        return Base64.getEncoder().encodeToString(lastDevice.getBytes(StandardCharsets.UTF_8));
    }

    /** The id before which no page begins; empty for the first page. */
    private static String lastOfPage(String continuation) {
        if (continuation == null || continuation.isEmpty()) {
            return "";
        }
        try {
            return new String(Base64.getDecoder().decode(continuation), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw JsonMembers.invalid("x-ms-continuation is none that this hub has given out");
        }
    }
}
