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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.apache.camel.util.json.DeserializationException;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;

/** A CycloneDX file: what a jar needs, with versions and licences. */
final class BillOfMaterials {

    /** What an Apache-licensed library may need without a word to its users. Of several licences one is enough. */
    private static final Set<String> ALLOWED = Set.of(
            "Apache-2.0",
            "MIT",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "Bouncy Castle Licence",
            "UPL-1.0",
            // These bind who changes the library, and not who uses it.
            "EPL-1.0",
            "EPL-2.0",
            "GPL-2.0-with-classpath-exception");

    private BillOfMaterials() {}

    /** @return a sentence for each fault, also in what the module needs */
    static List<String> faults(Path file, String artifactId, String version) throws IOException {
        String name = file.getFileName().toString();
        if (!Files.exists(file)) {
            return List.of(name + ": it is missing");
        }
        JsonObject bill = parse(file);
        JsonObject metadata = bill.getMapOrDefault("metadata", new JsonObject());
        JsonObject subject = metadata.getMapOrDefault("component", new JsonObject());
        List<String> faults = new ArrayList<>();
        if (!"CycloneDX".equals(bill.getString("bomFormat"))
                || !artifactId.equals(subject.getString("name"))
                || !version.equals(subject.getString("version"))) {
            faults.add("%s: it is no CycloneDX bill of %s %s".formatted(name, artifactId, version));
        }
        for (Object component : bill.getCollectionOrDefault("components", new JsonArray())) {
            JsonObject library = (JsonObject) component;
            List<String> licences = licences(library);
            if (licences.stream().noneMatch(ALLOWED::contains)) {
                faults.add("%s: it needs %s, whose licence is none that is allowed: %s"
                        .formatted(name, library.getString("purl"), licences));
            }
        }
        return faults;
    }

    private static List<String> licences(JsonObject library) {
        List<String> licences = new ArrayList<>();
        for (Object choice : library.getCollectionOrDefault("licenses", new JsonArray())) {
            JsonObject licence = ((JsonObject) choice).getMapOrDefault("license", new JsonObject());
            licences.add(licence.getStringOrDefault("id", licence.getStringOrDefault("name", "unnamed")));
        }
        return licences;
    }

    private static JsonObject parse(Path file) throws IOException {
        try {
            return (JsonObject) Jsoner.deserialize(Files.readString(file));
        } catch (DeserializationException e) {
            throw new IOException("Cannot read " + file, e);
        }
    }
}
