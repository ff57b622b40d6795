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

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** A jar that is to be published, or the lack of it. */
final class PublishedJar {

    private static final int JAVA_17 = 61;
    private static final String MODULE_NAME = "Automatic-Module-Name";

    private final Path file;
    private final boolean missing;
    private final Map<String, byte[]> entries = new HashMap<>();

    private PublishedJar(Path file) {
        this.file = file;
        this.missing = !Files.exists(file);
    }

    static PublishedJar read(Path file) throws IOException {
        PublishedJar contents = new PublishedJar(file);
        if (!contents.missing) {
            try (JarFile jar = new JarFile(file.toFile())) {
                for (ZipEntry entry : (Iterable<ZipEntry>) jar.stream().map(ZipEntry.class::cast)::iterator) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        contents.entries.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
        return contents;
    }

    /** @return a sentence for each fault that any jar can have */
    List<String> faults() {
        if (missing) {
            return List.of(this + ": it is missing");
        }
        List<String> faults = new ArrayList<>();
        if (!text("META-INF/LICENSE").contains("Apache License")) {
            faults.add(this + ": it has no META-INF/LICENSE with the Apache License");
        }
        if (!has("META-INF/NOTICE")) {
            faults.add(this + ": it has no META-INF/NOTICE");
        }
        return faults;
    }

    /** @return a sentence for each fault that a jar of classes can have beside those */
    List<String> faultsOfClasses() throws IOException {
        if (missing) {
            return List.of();
        }
        List<String> faults = new ArrayList<>();
        String name = moduleName();
        // A jar without classes can have any name.
        if (name == null) {
            faults.add("%s: it has no %s".formatted(this, MODULE_NAME));
        } else if (!packages().isEmpty() && !packages().contains(name)) {
            faults.add("%s: its %s is %s, which is none of its packages".formatted(this, MODULE_NAME, name));
        }
        entries.forEach((entry, bytes) -> {
            if (isClass(entry) && version(bytes) > JAVA_17) {
                faults.add("%s: %s is for a Java newer than 17".formatted(this, entry));
            }
        });
        return faults;
    }

    /** @return a sentence for each fault that a jar of sources can have */
    List<String> faultsOfSourcesOf(PublishedJar classes) {
        Set<String> without = classes.packages();
        without.removeAll(packages());
        return missing || without.isEmpty() ? List.of() : List.of(this + ": it has no sources of " + without);
    }

    /** @return a sentence for each fault that a jar of API documentation can have */
    List<String> faultsOfJavadocOf(PublishedJar classes) {
        boolean complete = classes.packages().isEmpty() || has("index.html");
        return missing || complete ? List.of() : List.of(this + ": it has no index.html");
    }

    private boolean has(String entry) {
        return entries.containsKey(entry);
    }

    private String moduleName() throws IOException {
        byte[] manifest = entries.getOrDefault(JarFile.MANIFEST_NAME, new byte[0]);
        return new Manifest(new ByteArrayInputStream(manifest))
                .getMainAttributes()
                .getValue(MODULE_NAME);
    }

    /** The packages with classes or their sources, without those for newer Java alone. */
    Set<String> packages() {
        Set<String> packages = new TreeSet<>();
        for (String entry : entries.keySet()) {
            int end = entry.lastIndexOf('/');
            if (end > 0 && !entry.startsWith("META-INF/") && (isClass(entry) || entry.endsWith(".java"))) {
                packages.add(entry.substring(0, end).replace('/', '.'));
            }
        }
        return packages;
    }

    private static boolean isClass(String entry) {
        return entry.endsWith(".class") && !entry.endsWith("module-info.class");
    }

    private static int version(byte[] type) {
        return (type[6] & 0xff) << 8 | type[7] & 0xff;
    }

    private String text(String entry) {
        return new String(entries.getOrDefault(entry, new byte[0]), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return file.getFileName().toString();
    }
}
