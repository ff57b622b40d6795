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
package io.github.iothubmqtt.protocol;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a hub or a gateway is: host name or IPv4 address, and perhaps a port. The host is kept in lower case, so that two spellings
 * of one hub are one hub. Names with an underscore or without a dot are accepted, as containers and local networks have them.
 *
 * @param host host name or IPv4 address, in lower case
 * @param port 1 to 65535, or 0 when none was given
 */
public record HubAddress(String host, int port) {

    private static final Pattern HOST = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final int MAX_PORT = 65_535;
    private static final String EXAMPLE = "for example contoso.azure-devices.net or localhost:8883";

    public HubAddress {
        if (host == null || host.isBlank()) {
            throw new IllegalArgumentException("The host name of the hub is missing: give it, " + EXAMPLE);
        }
        host = host.toLowerCase(Locale.ROOT);
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "The host name of the hub is not valid: use letters, digits, '-' and '_' in parts"
                            + " that are separated by single dots, " + EXAMPLE);
        }
        if (port < 0 || port > MAX_PORT) {
            throw badPort();
        }
    }

    /**
     * @param text {@code host} or {@code host:port}; whitespace around it is ignored
     * @throws IllegalArgumentException when it is anything else
     */
    public static HubAddress parse(String text) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("The address of the hub is blank: give its host name, " + EXAMPLE);
        }
        String address = text.strip();
        refuseWhatIsMoreThanAnAddress(address);
        int colon = address.indexOf(':');
        if (colon < 0) {
            return new HubAddress(address, 0);
        }
        String port = address.substring(colon + 1);
        if (!PORT.matcher(port).matches() || Integer.parseInt(port) == 0) {
            throw badPort();
        }
        return new HubAddress(address.substring(0, colon), Integer.parseInt(port));
    }

    /** The text that {@link #parse} reads: {@code host} or {@code host:port}. */
    @Override
    public String toString() {
        return port == 0 ? host : host + ":" + port;
    }

    /** The text is never quoted in these sentences: what was pasted here by mistake may hold a key. */
    private static void refuseWhatIsMoreThanAnAddress(String address) {
        if (address.contains(";") || address.contains("=")) {
            throw new IllegalArgumentException(
                    "The address of the hub looks like a connection string: use the option connectionString for it,"
                            + " or give the host name alone");
        }
        if (address.contains("://")) {
            throw new IllegalArgumentException(
                    "The address of the hub has a scheme such as mqtts:// in front: leave it out, " + EXAMPLE);
        }
        if (address.contains("@")) {
            throw new IllegalArgumentException(
                    "The address of the hub holds user information before an '@': leave it out, since the identity is given apart");
        }
        if (address.contains("/") || address.contains("?") || address.contains("#")) {
            throw new IllegalArgumentException(
                    "The address of the hub has a path or query behind the host name: leave it out, " + EXAMPLE);
        }
        if (address.contains("[") || address.indexOf(':') != address.lastIndexOf(':')) {
            throw new IllegalArgumentException(
                    "The address of the hub looks like an IPv6 address: give a host name or an IPv4 address");
        }
    }

    private static IllegalArgumentException badPort() {
        return new IllegalArgumentException(
                "The port of the hub is not a number from 1 to 65535: correct it, or leave out the colon and the port");
    }
}
