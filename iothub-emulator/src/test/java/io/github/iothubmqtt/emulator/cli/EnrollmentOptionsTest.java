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
package io.github.iothubmqtt.emulator.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

import io.github.iothubmqtt.emulator.ClientCertificate;
import io.github.iothubmqtt.emulator.Enrollment;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What {@code --enrollment} and {@code --enrollment-group} do. */
class EnrollmentOptionsTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private IotHubEmulator hub;

    @BeforeEach
    void start() {
        hub = IotHubEmulator.start();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void devicesAndGroupsAreEnrolledAsTheySay() {
        String thumbprint = ClientCertificate.selfSigned("reg-3").thumbprint();
        enroll(List.of("reg-1=" + KEY, "reg-2", "reg-3=x509:" + thumbprint), List.of("a=" + KEY, "b=x509:ca"));

        assertThat(one("reg-1").primaryKey()).isEqualTo(KEY);
        assertThat(one("reg-2").primaryKey()).isNotEqualTo(KEY);
        assertThat(one("reg-3").isX509()).isTrue();
        assertThat(hub.provisioning().enrollmentGroup("a").orElseThrow().primaryKey())
                .isEqualTo(KEY);
        assertThat(hub.provisioning().enrollmentGroup("b").orElseThrow().isX509())
                .isTrue();

        assertThat(told().lines())
                .containsExactly(
                        "Id scope   0ne00000001",
                        "Enrollment reg-1 " + KEY,
                        "Enrollment reg-2 " + one("reg-2").primaryKey(),
                        "Enrollment reg-3 x509",
                        "Group      a " + KEY,
                        "Group      b x509");
    }

    @Test
    void whereNobodyIsEnrolledNothingIsTold() {
        enroll(List.of(), List.of());

        assertThat(told()).isEmpty();
    }

    @Test
    void anEnrollmentOfAnEarlierRunKeepsWhatTheCommandLineDoesNotName() {
        Enrollment known = hub.provisioning().enroll("reg-1").withKey(KEY);
        String secondary = known.secondaryKey();

        enroll(List.of("reg-1=" + KEY), List.of());
        assertThat(known.secondaryKey()).isEqualTo(secondary);
        enroll(List.of("reg-1"), List.of());
        assertThat(known.primaryKey()).isEqualTo(KEY);
        enroll(List.of("reg-1=EBESExQVFhcYGRobHB0eHw=="), List.of());
        assertThat(known.primaryKey()).isEqualTo("EBESExQVFhcYGRobHB0eHw==");
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertThatThrownBy(() -> enroll(List.of("reg-1=x509:ca"), List.of()))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--enrollment reg-1: An individual enrollment is for one certificate");
        assertThatThrownBy(() -> enroll(List.of(), List.of("a=x509:00")))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--enrollment-group a: The devices of a group have a certificate each");
    }

    private void enroll(List<String> enrollments, List<String> groups) {
        new EnrollmentOptions(hub).enroll(enrollments, groups);
    }

    private Enrollment one(String id) {
        return hub.provisioning().enrollment(id).orElseThrow();
    }

    private String told() {
        StringWriter text = new StringWriter();
        new EnrollmentOptions(hub).tell(new PrintWriter(text, true));
        return text.toString();
    }
}
