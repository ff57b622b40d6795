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
package io.github.iothubmqtt.build;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class UriFactoryBridgeTest {

    private static final Map<String, String> PREFIXES = Map.of("willProperties", "willProperty.", "tags", "tag.");

    @Test
    void theMethodOfNewerCamelIsBesideThatOfOlder() throws Exception {
        Class<?> bridged = define(UriFactoryBridge.bridge(bytesOf(Of414.class), PREFIXES));

        assertThat(call(bridged, Set.class)).isEqualTo(Set.of("willProperty."));
        assertThat(call(bridged, Map.class)).isEqualTo(PREFIXES);
        assertThat(method(bridged, Map.class).isSynthetic()).isTrue();
    }

    @Test
    void withoutPrefixesTheMapIsEmpty() throws Exception {
        Class<?> bridged = define(UriFactoryBridge.bridge(bytesOf(Of414.class), Map.of()));

        assertThat(call(bridged, Map.class)).isEqualTo(Map.of());
    }

    @Test
    void aSecondRunChangesNothing() throws Exception {
        Map<String, String> one = Map.of("willProperties", "willProperty.");
        byte[] once = UriFactoryBridge.bridge(bytesOf(Of414.class), one);

        assertThat(UriFactoryBridge.bridge(once, one)).isEqualTo(once);
    }

    @Test
    void aSecondRunWithOtherPrefixesReplacesTheFirst() throws Exception {
        byte[] once = UriFactoryBridge.bridge(bytesOf(Of414.class), PREFIXES);
        Class<?> bridged = define(UriFactoryBridge.bridge(once, Map.of("a", "b.")));

        assertThat(call(bridged, Map.class)).isEqualTo(Map.of("a", "b."));
    }

    @Test
    void aFactoryThatWasGeneratedForNewerCamelIsRefused() {
        assertThatThrownBy(() -> UriFactoryBridge.bridge(bytesOf(Of415.class), PREFIXES))
                .hasMessageContaining("generated for Camel 4.15 or later");
    }

    @Test
    void aClassThatIsNoFactoryIsRefused() {
        assertThatThrownBy(() -> UriFactoryBridge.bridge(bytesOf(Object.class), PREFIXES))
                .hasMessageContaining("no multiValuePrefixes() that returns a set");
    }

    private static Object call(Class<?> factory, Class<?> returning) throws Exception {
        return method(factory, returning)
                .invoke(factory.getDeclaredConstructor().newInstance());
    }

    private static Method method(Class<?> factory, Class<?> returning) {
        return Arrays.stream(factory.getMethods())
                .filter(method -> method.getName().equals("multiValuePrefixes") && method.getReturnType() == returning)
                .findFirst()
                .orElseThrow();
    }

    private static byte[] bytesOf(Class<?> type) throws IOException {
        try (InputStream in = type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
            return in.readAllBytes();
        }
    }

    private static Class<?> define(byte[] bytes) {
        return new ClassLoader(null) {
            Class<?> define() {
                return defineClass(null, bytes, 0, bytes.length);
            }
        }.define();
    }

    /** Shaped as Camel 4.14 generates it. */
    public static final class Of414 {

        public Set<String> multiValuePrefixes() {
            return Set.of("willProperty.");
        }
    }

    /** Shaped as Camel 4.15 generates it. */
    public static final class Of415 {

        public Map<String, String> multiValuePrefixes() {
            return Map.of();
        }
    }
}
