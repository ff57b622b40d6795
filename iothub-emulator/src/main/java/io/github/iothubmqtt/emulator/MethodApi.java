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

import java.time.Duration;

import io.vertx.ext.web.RoutingContext;

/** Direct methods for the service side. Belongs to the hub's event loop. */
final class MethodApi {

    private static final int DEFAULT_RESPONSE_TIMEOUT = 30;

    private final Hub hub;

    MethodApi(Hub hub) {
        this.hub = hub;
    }

    void invoke(RoutingContext context) {
        hub.methods()
                .invoke(ServiceResponse.identity(context), method(ServiceResponse.body(context)))
                .whenComplete((result, failure) -> {
                    if (context.response().closed()) {
                        return;
                    }
                    if (failure != null) {
                        context.fail(failure);
                        return;
                    }
                    // As the device wrote it.
                    context.response()
                            .putHeader("Content-Type", ControlApi.JSON)
                            .end("{\"status\":" + result.status() + ",\"payload\":" + result.payload() + "}");
                });
    }

    private static DirectMethod method(JsonMembers request) {
        String name = request.text("methodName");
        if (name == null) {
            throw JsonMembers.invalid("'methodName' is missing");
        }
        DirectMethod method = DirectMethod.named(name)
                .responseTimeout(
                        Duration.ofSeconds(request.integer("responseTimeoutInSeconds", DEFAULT_RESPONSE_TIMEOUT)))
                .connectTimeout(Duration.ofSeconds(request.integer("connectTimeoutInSeconds", 0)));
        return request.has("payload") ? method.payload(Json.write(request.value("payload"))) : method;
    }
}
