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

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Certificates for devices in the control API: issues them, and takes authorities that the hub is to trust. From another machine this is
 * for those only who may register devices. Belongs to the hub's event loop.
 */
final class ControlCertificates {

    private final Clock clock;
    private final ClientAuthorities authorities;

    ControlCertificates(Clock clock, ClientAuthorities authorities) {
        this.clock = clock;
        this.authorities = authorities;
    }

    void mount(Router api, ControlGuard guard) {
        Handler<RoutingContext> mayWrite = guard.needing(AccessPolicies.Permission.REGISTRY_WRITE);
        api.route("/certificates*").handler(mayWrite);
        api.post("/certificates").handler(ControlApi.body()).handler(this::issue);
        api.post("/certificates/authorities").handler(ControlApi.body()).handler(this::addAuthority);
    }

    private void issue(RoutingContext context) {
        JsonMembers request = ServiceResponse.body(context);
        Instant now = clock.instant();
        ClientCertificate certificate = authorities.issue(
                request.text("commonName"),
                time(request, "notBefore", now.minus(ClientCertificate.BEFORE)),
                time(request, "notAfter", now.plus(ClientCertificate.AFTER)));
        ControlApi.answer(
                context,
                new JsonObject()
                        .put("certificate", certificate.certificatePem())
                        .put("privateKey", certificate.privateKeyPem())
                        .put("thumbprint", certificate.thumbprint()));
    }

    /** A point in time, or a duration from now on, which may be negative. */
    private Instant time(JsonMembers request, String name, Instant otherwise) {
        String text = request.text(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return text.matches("[+-]?P.*") ? clock.instant().plus(Duration.parse(text)) : Instant.parse(text);
        } catch (DateTimeException e) {
            throw JsonMembers.invalid("'" + name + "' must be a time such as 2026-01-31T10:00:00Z, or a duration from"
                    + " now on such as PT1H or -PT1H, not '" + text + "'");
        }
    }

    private void addAuthority(RoutingContext context) {
        String pem = context.body().asString();
        authorities.add(pem == null ? "" : pem);
        ControlApi.done(context);
    }
}
