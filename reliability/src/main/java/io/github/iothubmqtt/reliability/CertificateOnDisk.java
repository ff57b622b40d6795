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
package io.github.iothubmqtt.reliability;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

import io.github.iothubmqtt.emulator.ClientCertificate;
import io.github.iothubmqtt.emulator.EmulatedDevice;

/**
 * The certificate of a device, in PEM files or in a key store, of which the hub knows the thumbprint. As a tool does that replaces
 * certificates, each file appears whole, but one after the other. {@link #exchange()} is for one thread.
 */
final class CertificateOnDisk {

    /** Of the key store and of the key in it. */
    static final String PASSWORD = "ledger";

    private static final String NOBODYS_THUMBPRINT = "0".repeat(64);

    private final EmulatedDevice device;
    private final Path directory;

    /** Makes the first certificate. */
    CertificateOnDisk(EmulatedDevice device, Path directory) {
        this.device = device;
        this.directory = directory;
        exchange();
    }

    Path chain() {
        return directory.resolve(device.deviceId() + ".crt.pem");
    }

    Path key() {
        return directory.resolve(device.deviceId() + ".key.pem");
    }

    Path store() {
        return directory.resolve(device.deviceId() + ".p12");
    }

    /** A new certificate takes the place of the old one, which the hub refuses from then on. */
    void exchange() {
        ClientCertificate next = ClientCertificate.selfSigned(device.deviceId());
        try {
            appear(chain(), file -> Files.writeString(file, next.certificatePem()));
            appear(key(), file -> Files.writeString(file, next.privateKeyPem()));
            appear(store(), file -> writeStore(file, next));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        device.authenticateByThumbprint(next.thumbprint(), null);
    }

    /** The hub refuses the certificate before there is a new one: {@link #exchange()} must follow. */
    void revoke() {
        device.authenticateByThumbprint(NOBODYS_THUMBPRINT, null);
    }

    private interface Content {
        void writeTo(Path file) throws IOException;
    }

    private static void appear(Path file, Content content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        content.writeTo(next);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void writeStore(Path file, ClientCertificate certificate) throws IOException {
        KeyStore store = certificate.keyStore(PASSWORD.toCharArray());
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
