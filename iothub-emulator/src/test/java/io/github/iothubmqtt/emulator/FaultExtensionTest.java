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

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Two tests that share a hub: the faults of the first are not the second's. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultExtensionTest {

    @RegisterExtension
    static final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    private static ArmedFault armed;

    @Test
    @Order(1)
    void aFaultIsArmedAndDoesNotHappen() {
        armed = hub.emulator().faults().next(FaultPoint.CONNECT, Fault.cut());
    }

    @Test
    @Order(2)
    void theExtensionHasDisarmedTheFaultOfTheTestBefore() {
        WireClient.device(hub.emulator(), "dev1").accepted().close();

        assertThat(armed.occurrences()).isZero();
    }
}
