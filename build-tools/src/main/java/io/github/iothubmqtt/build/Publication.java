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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fails a release when something that is to be published lacks what its users or Maven Central need, and says what. It reads the POMs,
 * and the files that the build has made beside them. Each module is taken for published that does not set {@code maven.deploy.skip}.
 */
public final class Publication {

    private static final String BOM = "camel-azure-iothub-mqtt-bom";

    private final List<String> faults = new ArrayList<>();
    private final Map<String, String> ownerOfPackage = new HashMap<>();

    private Publication() {}

    /** @param arguments the folder of the root POM */
    public static void main(String[] arguments) throws IOException {
        List<String> faults = check(Path.of(arguments[0]));
        if (!faults.isEmpty()) {
            throw new IllegalStateException(
                    "This is not fit to be published (a module that never shall be sets maven.deploy.skip):\n- "
                            + String.join("\n- ", faults));
        }
    }

    /** @return a sentence for each fault */
    static List<String> check(Path root) throws IOException {
        return new Publication().check(Pom.tree(root));
    }

    private List<String> check(List<Pom> poms) throws IOException {
        List<Pom> published = poms.stream().filter(Pom::isPublished).toList();
        for (Pom pom : published) {
            checkMetadata(pom);
            if (pom.packaging().equals("jar")) {
                checkJars(pom);
                checkBillOfMaterials(pom);
            }
        }
        checkBom(published);
        return faults;
    }

    private void checkMetadata(Pom pom) {
        require(pom, "name", "description");
        if (!pom.hasParent()) {
            require(pom, "url", "licenses", "developers", "scm");
        }
    }

    private void require(Pom pom, String... elements) {
        for (String element : elements) {
            if (!pom.has(element)) {
                faults.add("%s: its POM has no %s".formatted(pom.artifactId(), element));
            }
        }
    }

    private void checkJars(Pom pom) throws IOException {
        PublishedJar classes = PublishedJar.read(pom.built(".jar"));
        PublishedJar sources = PublishedJar.read(pom.built("-sources.jar"));
        PublishedJar javadoc = PublishedJar.read(pom.built("-javadoc.jar"));
        for (PublishedJar jar : List.of(classes, sources, javadoc)) {
            faults.addAll(jar.faults());
        }
        faults.addAll(classes.faultsOfClasses());
        faults.addAll(sources.faultsOfSourcesOf(classes));
        faults.addAll(javadoc.faultsOfJavadocOf(classes));
        checkPackages(pom.artifactId(), classes.packages());
    }

    // Neither Java's modules nor OSGi can do with a package that two jars share.
    private void checkPackages(String artifactId, Set<String> packages) {
        for (String name : packages) {
            String owner = ownerOfPackage.putIfAbsent(name, artifactId);
            if (owner != null) {
                faults.add("%s: its package %s is in %s, too".formatted(artifactId, name, owner));
            }
        }
    }

    private void checkBillOfMaterials(Pom pom) throws IOException {
        faults.addAll(BillOfMaterials.faults(pom.built("-cyclonedx.json"), pom.artifactId(), pom.version()));
    }

    private void checkBom(List<Pom> published) {
        Pom bom = published.stream()
                .filter(pom -> pom.artifactId().equals(BOM))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("There is no module " + BOM));
        String version = published.get(0).version();
        if (!bom.version().equals(version)) {
            faults.add("%s: its version is %s, that of all else is %s".formatted(BOM, bom.version(), version));
        }
        if (bom.hasParent()) {
            faults.add(BOM + ": it has a parent, all of whose managed versions it hands on");
        }
        Set<String> missing = new HashSet<>();
        published.stream().filter(pom -> !pom.packaging().equals("pom")).forEach(pom -> missing.add(pom.artifactId()));
        Set<String> unknown = new HashSet<>(bom.managed());
        unknown.removeAll(missing);
        bom.managed().forEach(missing::remove);
        missing.stream().sorted().forEach(artifact -> faults.add(BOM + ": it does not list " + artifact));
        unknown.stream()
                .sorted()
                .forEach(artifact -> faults.add(BOM + ": it lists " + artifact + ", which is not published"));
    }
}
