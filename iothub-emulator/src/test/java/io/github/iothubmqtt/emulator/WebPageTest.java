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

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** How the page is served; what it does is for {@code PageIT}, in a browser. */
class WebPageTest {

    /** What the files name in quotes: absolute in HTML, beside each other in scripts. */
    private static final Pattern REFERENCE = Pattern.compile("\"(/page/[a-z.]+)\"|'\\./([a-z]+\\.js)'");

    @RegisterExtension
    static final IotHubExtension HUB =
            IotHubExtension.create(IotHubEmulator.builder().httpsPort(0));

    @Test
    void thePageIsServedWithAllThatItNamesAndNothingBeside() throws Exception {
        Set<String> served = new TreeSet<>();
        Set<String> named = new HashSet<>(Set.of("/"));
        while (served.addAll(named)) {
            Set<String> next = new HashSet<>();
            for (String path : named) {
                HttpResponse<String> response = get(path);
                assertThat(response.statusCode()).as(path).isEqualTo(200);
                Matcher reference = REFERENCE.matcher(response.body());
                while (reference.find()) {
                    next.add(reference.group(1) != null ? reference.group(1) : "/page/" + reference.group(2));
                }
            }
            next.removeAll(served);
            named = next;
        }

        assertThat(served).hasSize(WebPage.FILES.size() + 1);
    }

    @Test
    void nothingFromElsewhereIsNamed() throws Exception {
        for (String file : WebPage.FILES) {
            assertThat(get("/page/" + file)
                            .body()
                            .replace("http://www.apache.org/licenses/", "")
                            .replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
                    .as(file)
                    .doesNotContain("http:", "https:", "innerHTML", "eval(");
        }
        assertThat(get("/").body()).doesNotContain("http:", "https:", "onclick", "style=");
    }

    @Test
    void browsersAreToldToTakeNothingFromElsewhereAndToRunNothingInline() throws Exception {
        for (String path : List.of("/", "/page/page.js", "/page/page.css", "/page/icon.svg")) {
            HttpHeaders headers = get(path).headers();
            assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'self';", "frame-ancestors 'none'", "require-trusted-types-for 'script'")
                    .doesNotContain("unsafe", "*");
            assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(headers.firstValue("Content-Type").orElseThrow())
                    .startsWith(
                            switch (path) {
                                case "/" -> "text/html";
                                case "/page/page.js" -> "text/javascript";
                                case "/page/page.css" -> "text/css";
                                default -> "image/svg+xml";
                            });
        }
    }

    @Test
    void theCertificateOfTheAuthorityIsThere() throws Exception {
        assertThat(get("/iothub-emulator-ca.pem").body())
                .isEqualTo(HUB.emulator().caCertificatePem());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return new BackEnd(HUB.emulator(), null).get(path).response();
    }
}
