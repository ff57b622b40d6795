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
package io.github.iothubmqtt.emulator.junit5;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a hub, which their methods have as a parameter.
 *
 * <pre>{@code
 * @IotHub(devices = "dev1")
 * class ThermostatTest {
 *     @Test
 *     void aReadingArrives(IotHubEmulator hub, @DeviceId("dev1") EmulatedDevice device) { … }
 * }
 * }</pre>
 *
 * <p>What {@link IotHubExtension} says holds here, too: of its static field without {@link #perTest()}, of its instance field with it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(AnnotatedHub.class)
public @interface IotHub {

    /** Changes what the hub is made of. Needs a constructor without parameters. */
    interface Configurer {
        void configure(IotHubEmulator.Builder builder);
    }

    /** The default {@link Configurer}. */
    final class Plain implements Configurer {
        @Override
        public void configure(IotHubEmulator.Builder builder) {}
    }

    /** The devices that are registered when the hub starts. */
    String[] devices() default {};

    /** The devices that are registered and let in by a certificate; see {@link IotHubExtension#withX509Device(String)}. */
    String[] x509Devices() default {};

    /** Whether the hub has an HTTPS port, for WebSocket and for the control API. */
    boolean https() default false;

    /** Whether each test has a hub of its own. */
    boolean perTest() default false;

    /** For settings, clock, names and ports. */
    Class<? extends Configurer> configuredBy() default Plain.class;
}
