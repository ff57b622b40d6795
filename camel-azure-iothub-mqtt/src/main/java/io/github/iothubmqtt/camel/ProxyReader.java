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

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import io.github.iothubmqtt.transport.Proxy;

/** Reads the proxy out of the options of one endpoint, and refuses what cannot work as {@link ConnectionSettingsReader} does. */
final class ProxyReader {

    /** A name, or an address of either kind; not a URL, nor a name with a port. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    /** RFC 1929 has one byte for the length of each. */
    private static final int LONGEST_SOCKS_CREDENTIAL = 255;

    private final IotHubMqttConfiguration options;

    ProxyReader(IotHubMqttConfiguration options) {
        this.options = options;
    }

    /** Returns null for none. */
    Proxy read() {
        if (options.getProxyHost() == null) {
            requireNothingElse();
            return null;
        }
        require(
                HOST.matcher(options.getProxyHost()).matches(),
                "proxyHost must be a host name or an address, with neither scheme nor port: give these as proxyType and"
                        + " proxyPort");
        require(options.getProxyPort() != 0, "proxyHost is given without proxyPort: give both");
        require(options.getProxyPort() >= 1 && options.getProxyPort() <= 65_535, "proxyPort must be from 1 to 65535");
        checkCredentials(options.getProxyUser(), options.getProxyPassword());
        return new Proxy(
                options.getProxyType().type(),
                options.getProxyHost(),
                options.getProxyPort(),
                options.getProxyUser(),
                options.getProxyPassword());
    }

    private void requireNothingElse() {
        String lonely = options.getProxyPort() != 0
                ? "proxyPort"
                : options.getProxyUser() != null
                        ? "proxyUser"
                        : options.getProxyPassword() != null
                                ? "proxyPassword"
                                : options.getProxyType() != ProxyType.http ? "proxyType" : null;
        require(lonely == null, lonely + " is given without proxyHost: give both, or none");
    }

    private void checkCredentials(String user, String password) {
        require(user != null || password == null, "proxyPassword is given without proxyUser: give both, or none");
        require(user == null || password != null, "proxyUser is given without proxyPassword: give both, or none");
        if (user == null) {
            return;
        }
        require(!user.isEmpty(), "proxyUser is empty: leave it and proxyPassword out, or fill it in");
        if (options.getProxyType() == ProxyType.http) {
            require(
                    user.indexOf(':') < 0,
                    "proxyUser contains a colon, which HTTP proxies take for its end: use another user");
        } else {
            require(!password.isEmpty(), "proxyPassword is empty, which SOCKS does not know: use another user");
            requireShort("proxyUser", user);
            requireShort("proxyPassword", password);
        }
    }

    private static void requireShort(String option, String value) {
        require(
                value.getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKS_CREDENTIAL,
                option + " is longer than the 255 bytes that SOCKS allows: use a shorter one");
    }

    private static void require(boolean condition, String sentence) {
        if (!condition) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
