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

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/**
 * Tells a caller of the service API why a request was not carried out, in the one of Azure's three envelopes that SDKs look for there.
 * Belongs to the hub's event loop.
 */
final class ServiceErrors implements Handler<RoutingContext> {

    private final Hub hub;

    ServiceErrors(Hub hub) {
        this.hub = hub;
    }

    @Override
    public void handle(RoutingContext context) {
        HubException refusal = refusal(context);
        context.response()
                .setStatusCode(refusal.httpStatus())
                .putHeader("Content-Type", ControlApi.JSON)
                .putHeader("iothub-errorcode", HubCode.nameOf(refusal.code()))
                .end(body(context.normalizedPath(), refusal));
    }

    private HubException refusal(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure instanceof HubException known) {
            return known;
        }
        if (failure instanceof IllegalArgumentException) {
            return new HubException(HubCode.ARGUMENT_INVALID, String.valueOf(failure.getMessage()));
        }
        String request = context.request().method() + " " + context.request().path();
        if (context.statusCode() == 413) {
            return new HubException(HubCode.MESSAGE_TOO_LARGE, "The body of " + request + " is too large");
        }
        if (failure == null) {
            return new HubException(HubCode.ofStatus(context.statusCode()), "The hub cannot carry out " + request);
        }
        hub.log().fault(request, failure);
        return new HubException(HubCode.SERVER_ERROR, "The emulator failed: " + failure);
    }

    private String body(String path, HubException refusal) {
        if (refusal.httpStatus() == 401) {
            return ErrorBody.named(refusal, hub.clock().instant());
        }
        if (path.endsWith("/methods")) {
            return ErrorBody.nested(refusal, hub.clock().instant());
        }
        boolean ofDevice = path.startsWith("/devices") && !path.contains("/modules") && !path.equals("/devices/query");
        return ofDevice
                ? ErrorBody.named(refusal, hub.clock().instant())
                : ErrorBody.of(refusal, hub.clock().instant());
    }
}
