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

import io.github.iothubmqtt.emulator.ClientCertificate;
import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IotHubExtensionTest {

    @RegisterExtension
    static final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @RegisterExtension
    final IotHubExtension perTest = IotHubExtension.create().withDevice("dev1");

    private final ClientCertificate certificate = ClientCertificate.selfSigned("any");

    @RegisterExtension
    final IotHubExtension withCertificates =
            IotHubExtension.create().withX509Device("issued").withX509Device("selfSigned", certificate);

    private static IotHubEmulator first;
    private static IotHubEmulator firstPerTest;

    @BeforeAll
    static void connectionStringsAreThereBeforeAll() {
        assertThat(hub.connectionString("dev1")).contains("DeviceId=dev1");
        first = hub.emulator();
    }

    @Test
    @Order(1)
    void recordsAreMade() {
        firstPerTest = perTest.emulator();
        hub.sendDevicebound("dev1", DeviceboundMessage.of("x"));
        hub.emulator().addDevice("dev2");
        assertThatThrownBy(() -> hub.connectionString("unknown")).hasMessageContaining("withDevice");
    }

    @Test
    @Order(2)
    void aStaticHubIsTheSameInEachTestAndAnInstancesIsNot() {
        assertThat(hub.emulator()).isSameAs(first);
        assertThat(hub.emulator().device("dev2")).isPresent();
        assertThat(perTest.emulator()).isNotSameAs(firstPerTest);
    }

    @Test
    void devicesWithCertificatesAreLetInByThem() throws Exception {
        ClientCertificate issued = withCertificates.certificate("issued");

        LogIn.of(withCertificates.device("issued"), issued, withCertificates.emulator());
        LogIn.of(withCertificates.device("selfSigned"), certificate, withCertificates.emulator());

        assertThat(withCertificates.certificate("issued")).isSameAs(issued);
        assertThat(withCertificates.certificate("selfSigned")).isSameAs(certificate);
        assertThatThrownBy(() -> withCertificates.certificate("unknown")).hasMessageContaining("No device 'unknown'");
    }

    @Test
    void devicesAndGroupsAreEnrolledFromTheStart() {
        String key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        IotHubExtension enrolling = IotHubExtension.create()
                .withEnrollment("reg-1")
                .withEnrollment("reg-2", enrollment -> enrollment.withKey(key))
                .withEnrollmentGroup("line-4", group -> group.withKey(key));
        try (IotHubEmulator emulator = enrolling.emulator()) {
            assertThat(enrolling.enrollment("reg-1").isEnabled()).isTrue();
            assertThat(enrolling.enrollment("reg-2").primaryKey()).isEqualTo(key);
            assertThat(emulator.provisioning()
                            .enrollmentGroup("line-4")
                            .orElseThrow()
                            .primaryKey())
                    .isEqualTo(key);
            assertThatThrownBy(() -> enrolling.enrollment("reg-3")).hasMessageContaining("withEnrollment(\"reg-3\")");
        }
    }

    @Nested
    class InNestedClasses {

        @Test
        void theHubIsTheOneOfTheOuterClass() {
            assertThat(hub.emulator()).isSameAs(first);
        }
    }

    @Nested
    class InASecondOne {

        @Test
        void itIsStillTheSame() {
            assertThat(hub.emulator()).isSameAs(first);
        }
    }
}
