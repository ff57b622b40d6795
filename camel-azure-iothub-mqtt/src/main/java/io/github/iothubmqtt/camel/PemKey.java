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

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Reads certificates and private keys in PEM form (RFC 7468): keys in PKCS#8, encrypted or not, and the older forms of OpenSSL for
 * RSA and EC. What it throws continues a sentence that begins with the file's name.
 */
final class PemKey {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519", "Ed448", "RSASSA-PSS");

    /** AlgorithmIdentifier of rsaEncryption, whole. */
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    /** OBJECT IDENTIFIER id-ecPublicKey. */
    private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int EC_PARAMETERS = 0xa0;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private PemKey() {}

    /** In the order of the text; empty when there is none. */
    static List<X509Certificate> certificates(String pem) throws CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            if (block.group(1).endsWith("CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(
                        new ByteArrayInputStream(block.group().getBytes(StandardCharsets.ISO_8859_1))));
            }
        }
        return certificates;
    }

    /** @param password null when the key is not encrypted */
    static PrivateKey privateKey(String pem, String password) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            String type = block.group(1);
            if (type.endsWith("PRIVATE KEY")) {
                return privateKey(type, block.group(2), password);
            }
        }
        throw new InvalidKeyException(
                "holds no private key: give a file in PEM form, which has '-----BEGIN PRIVATE KEY-----'");
    }

    private static PrivateKey privateKey(String type, String content, String password) throws GeneralSecurityException {
        if (content.contains("Proc-Type:")) {
            throw new InvalidKeyException(
                    "is encrypted in the old form of OpenSSL, which is not supported: convert it with"
                            + " 'openssl pkcs8 -topk8 -in OLD -out NEW'");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(content);
        } catch (IllegalArgumentException e) {
            throw new InvalidKeyException("holds a private key that is no base64: copy it again", e);
        }
        return switch (type) {
            case "PRIVATE KEY" -> pkcs8(der);
            case "ENCRYPTED PRIVATE KEY" -> decrypted(der, password);
            case "RSA PRIVATE KEY" -> pkcs8(sequence(VERSION_0, RSA, element(OCTET_STRING, der)));
            case "EC PRIVATE KEY" ->
                pkcs8(sequence(VERSION_0, sequence(EC_PUBLIC_KEY, curveOf(der)), element(OCTET_STRING, der)));
            default ->
                throw new InvalidKeyException(
                        "holds a key of the kind '" + type
                                + "', which is not supported: convert it with 'openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW'");
        };
    }

    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // It is one of another algorithm.
            }
        }
        throw new InvalidKeySpecException(
                "holds a private key that is damaged, or of an algorithm other than EC, RSA and Ed25519: make another");
    }

    private static PrivateKey decrypted(byte[] der, String password) throws GeneralSecurityException {
        if (password == null) {
            throw new InvalidKeyException("is encrypted: give privateKeyPassword");
        }
        try {
            EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(der);
            // For PBES2, the name of the algorithm is in the parameters.
            String algorithm = "PBES2".equals(encrypted.getAlgName())
                            || encrypted.getAlgName().startsWith("1.2.840.113549.1.5.13")
                    ? encrypted.getAlgParameters().toString()
                    : encrypted.getAlgName();
            SecretKey key =
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, key, encrypted.getAlgParameters());
            return pkcs8(encrypted.getKeySpec(cipher).getEncoded());
        } catch (IOException | GeneralSecurityException e) {
            throw new InvalidKeyException(
                    "cannot be decrypted: check privateKeyPassword, or convert the key with 'openssl pkcs8 -topk8 -v2"
                            + " aes256 -in OLD -out NEW'",
                    e);
        }
    }

    /** Whether a key signs what a certificate verifies. */
    static boolean belongsTo(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> key.getAlgorithm();
                };
        try {
            byte[] text = {1, 2, 3};
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (InvalidKeyException | java.security.SignatureException e) {
            return false; // a key of another algorithm, or of another curve
        }
    }

    // ---- DER (X.690), as far as it takes to wrap the older forms into PKCS#8

    /** SEC1 has the curve behind the key, in brackets; PKCS#8 wants it in front. */
    private static byte[] curveOf(byte[] ecPrivateKey) throws GeneralSecurityException {
        try {
            int at = contentOf(ecPrivateKey, 0);
            while (at < ecPrivateKey.length) {
                int content = contentOf(ecPrivateKey, at);
                int end = Math.addExact(content, lengthOf(ecPrivateKey, at));
                if ((ecPrivateKey[at] & 0xff) == EC_PARAMETERS) {
                    return Arrays.copyOfRange(
                            ecPrivateKey, content, Objects.checkIndex(end - 1, ecPrivateKey.length) + 1);
                }
                at = end;
            }
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new InvalidKeyException("holds an EC key that is damaged or cut short: copy it again", e);
        }
        throw new InvalidKeyException(
                "holds an EC key that does not name its curve: convert it with 'openssl pkcs8 -topk8"
                        + " -nocrypt -in OLD -out NEW'");
    }

    private static int contentOf(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int lengthOf(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = Math.addExact(Math.multiplyExact(length, 256), der[at + 2 + i] & 0xff);
        }
        return length;
    }

    private static byte[] sequence(byte[]... elements) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] element : elements) {
            content.writeBytes(element);
        }
        return element(SEQUENCE, content.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (content.length < 0x80) {
            element.write(content.length);
        } else {
            int bytes = content.length > 0xffff ? 3 : content.length > 0xff ? 2 : 1;
            element.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                element.write(content.length >> 8 * i);
            }
        }
        element.writeBytes(content);
        return element.toByteArray();
    }
}
