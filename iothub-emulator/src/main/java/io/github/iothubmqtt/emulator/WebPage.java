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

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * The page that a person looks at, and the hub's certificate. Anybody may read them: they hold no secret, and the page does nothing
 * that the control API does not allow its reader. Belongs to the hub's event loop.
 */
final class WebPage {

    private static final String FOLDER = "/io/github/iothubmqtt/emulator/page/";
    static final List<String> FILES = List.of(
            "api.js",
            "bytes.js",
            "devicebound.js",
            "devices.js",
            "dom.js",
            "events.js",
            "faults.js",
            "icon.svg",
            "json.js",
            "live.js",
            "methods.js",
            "page.css",
            "page.js",
            "records.js",
            "tabs.js",
            "telemetry.js",
            "twin.js");
    private static final Map<String, String> CONTENT_TYPES = Map.of(
            "html",
            "text/html; charset=utf-8",
            "css",
            "text/css; charset=utf-8",
            "js",
            "text/javascript; charset=utf-8",
            "svg",
            "image/svg+xml");

    /** Nothing from elsewhere, nothing inline, no frame around it, and no text that becomes markup. */
    private static final String POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private final String certificatePem;

    WebPage(String certificatePem) {
        this.certificatePem = certificatePem;
    }

    void mount(Router router) {
        router.get("/").handler(context -> send(context, "index.html"));
        FILES.forEach(file -> router.get("/page/" + file).handler(context -> send(context, file)));
        router.get("/iothub-emulator-ca.pem").handler(context -> safe(context)
                .putHeader("Content-Type", "application/x-pem-file")
                .end(certificatePem));
    }

    private static void send(RoutingContext context, String file) {
        String extension = file.substring(file.indexOf('.') + 1);
        safe(context).putHeader("Content-Type", CONTENT_TYPES.get(extension)).end(read(file));
    }

    private static HttpServerResponse safe(RoutingContext context) {
        return context.response()
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                // A newer emulator on the same port brings a newer page.
                .putHeader("Cache-Control", "no-store");
    }

    private static Buffer read(String file) {
        try (InputStream in = WebPage.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException("The jar lacks " + FOLDER + file);
            }
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
