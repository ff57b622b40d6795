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

import java.util.List;
import java.util.Map;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** How the service API reads bodies and gives answers. Pure functions but for that. */
final class ServiceResponse {

    private ServiceResponse() {}

    static JsonMembers body(RoutingContext context) {
        return JsonMembers.parse(text(context));
    }

    /** @throws HubException with code 400006 */
    static List<?> array(RoutingContext context) {
        if (Json.parse(text(context)) instanceof List<?> elements) {
            return elements;
        }
        throw new HubException(HubCode.FORMAT_ERROR, "The body must be a JSON array");
    }

    private static String text(RoutingContext context) {
        return context.body().buffer() == null
                ? ""
                : Json.text(context.body().buffer().getBytes());
    }

    static IfMatch ifMatch(RoutingContext context) {
        return IfMatch.of(context.request().getHeader("If-Match"));
    }

    /** {@code json} as of {@link Json#write}. */
    static void answer(RoutingContext context, Object json) {
        end(context.response(), json);
    }

    /** The same, with the etag of what is in the body. */
    static void answer(RoutingContext context, Map<String, Object> json, String etag) {
        end(context.response().putHeader("ETag", "\"" + etag + "\""), json);
    }

    private static void end(HttpServerResponse response, Object json) {
        response.putHeader("Content-Type", ControlApi.JSON).end(Json.write(json));
    }

    static void done(RoutingContext context) {
        context.response().setStatusCode(204).end();
    }

    /** The device or the module that the path names. */
    static Identity identity(RoutingContext context) {
        return new Identity(context.pathParam("id"), context.pathParam("module"));
    }
}
