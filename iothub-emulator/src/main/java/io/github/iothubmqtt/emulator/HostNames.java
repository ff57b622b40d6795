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

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The names by which clients may call this hub, in user names, in tokens and in the server certificate. A value. */
record HostNames(Set<String> names) {

    static HostNames of(String hostName, String bindAddress, List<String> more) {
        Set<String> names = new LinkedHashSet<>();
        names.add(hostName.toLowerCase(Locale.ROOT));
        more.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        names.add("localhost");
        names.add("127.0.0.1");
        names.add(bindAddress.toLowerCase(Locale.ROOT));
        return new HostNames(names);
    }

    /** Case does not matter, and a port may follow: Node's client carries the port of its connection string along. */
    boolean matches(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return names.contains(name) || names.contains(name.replaceFirst(":\\d{1,5}$", ""));
    }
}
