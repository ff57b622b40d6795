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
import java.util.List;

import io.github.iothubmqtt.emulator.Enrollment;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.Provisioning;

/** Carries out the options that enroll devices, {@code ID} or {@code ID=LOGIN} each, and tells of all that are enrolled. */
final class EnrollmentOptions {

    private static final String X509 = "x509:";

    private final IotHubEmulator hub;
    private final Provisioning provisioning;

    EnrollmentOptions(IotHubEmulator hub) {
        this.hub = hub;
        this.provisioning = hub.provisioning();
    }

    void enroll(List<String> enrollments, List<String> groups) {
        enrollments.forEach(text -> enroll("--enrollment", text));
        groups.forEach(text -> enroll("--enrollment-group", text));
    }

    /** Enrollments may be there from an earlier run; what the command line says is what counts. */
    private void enroll(String option, String text) {
        int equals = text.indexOf('=');
        String id = equals < 0 ? text : text.substring(0, equals);
        try {
            Enrollment enrollment = option.equals("--enrollment")
                    ? provisioning.enrollment(id).orElseGet(() -> provisioning.enroll(id))
                    : provisioning.enrollmentGroup(id).orElseGet(() -> provisioning.enrollGroup(id));
            if (equals >= 0) {
                authenticate(enrollment, text.substring(equals + 1));
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new UsageException(option + " " + id + ": " + e.getMessage(), e);
        }
    }

    private void authenticate(Enrollment enrollment, String login) {
        if (login.equals(X509 + "ca")) {
            enrollment.withCertificateAuthority(hub);
        } else if (login.startsWith(X509)) {
            String[] thumbprints = login.substring(X509.length()).split(",", 2);
            enrollment.withThumbprints(thumbprints[0], thumbprints.length > 1 ? thumbprints[1] : null);
        } else if (enrollment.isX509() || !login.equals(enrollment.primaryKey())) {
            enrollment.withKey(login);
        }
    }

    /** One line for each, after one for the id scope; nothing where nobody is enrolled. */
    void tell(PrintWriter out) {
        if (provisioning.enrollments().isEmpty()
                && provisioning.enrollmentGroups().isEmpty()) {
            return;
        }
        out.println("Id scope   " + provisioning.idScope());
        provisioning.enrollments().forEach(each -> out.println("Enrollment " + each.id() + " " + login(each)));
        provisioning.enrollmentGroups().forEach(each -> out.println("Group      " + each.id() + " " + login(each)));
    }

    private static String login(Enrollment enrollment) {
        return enrollment.isX509() ? "x509" : enrollment.primaryKey();
    }
}
