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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A project of a parent, a BOM, a library and an example that is not published; each test spoils one thing. */
class PublicationTest {

    private static final String METADATA =
            """
            <name>N</name><description>D</description><url>U</url>
            <licenses>x</licenses><developers>x</developers><scm>x</scm>
            """;

    private static final String CHILD =
            "<parent><artifactId>parent</artifactId><version>1</version></parent><name>N</name><description>D</description>";

    private static final String BOM = "<artifactId>camel-azure-iothub-mqtt-bom</artifactId><packaging>pom</packaging>";

    @TempDir
    private Path root;

    private final Map<String, byte[]> classes = new LinkedHashMap<>();
    private final Map<String, byte[]> sources = new LinkedHashMap<>();
    private final Map<String, byte[]> javadoc = new LinkedHashMap<>();

    @BeforeEach
    void makeAProjectThatIsFit() throws IOException {
        pom(
                "",
                "<artifactId>parent</artifactId><version>1</version><packaging>pom</packaging>" + METADATA
                        + "<modules><module>bom</module><module>library</module></modules>"
                        + "<profiles><profile><modules><module>examples/one</module></modules></profile></profiles>");
        pom("bom", BOM + "<version>1</version>" + METADATA + managing("library"));
        pom("library", "<artifactId>library</artifactId>" + CHILD);
        pom(
                "examples/one",
                "<artifactId>one</artifactId><properties><maven.deploy.skip>true</maven.deploy.skip></properties>"
                        + CHILD.replace("</parent>", "<relativePath>../../pom.xml</relativePath></parent>"));
        fill("library", "a.b");
        jars("library");
        bill("library", "Apache-2.0");
    }

    @Test
    void aProjectThatIsFitHasNoFaults() throws IOException {
        assertThat(Publication.check(root)).isEmpty();
        assertThatNoException().isThrownBy(() -> Publication.main(new String[] {root.toString()}));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"library-1.jar", "library-1-sources.jar", "library-1-javadoc.jar", "library-1-cyclonedx.json"})
    void aFileThatIsMissingIsNamed(String file) throws IOException {
        Files.delete(root.resolve("library/target").resolve(file));

        assertThat(Publication.check(root)).containsExactly(file + ": it is missing");
        assertThatThrownBy(() -> Publication.main(new String[] {root.toString()}))
                .hasMessageContainingAll("not fit to be published", file);
    }

    @Test
    void eachJarNeedsItsLicenceAndNotice() throws IOException {
        classes.remove("META-INF/LICENSE");
        sources.remove("META-INF/NOTICE");
        javadoc.put("META-INF/LICENSE", "All rights reserved".getBytes(StandardCharsets.UTF_8));
        jars("library");

        assertThat(Publication.check(root))
                .containsExactly(
                        "library-1.jar: it has no META-INF/LICENSE with the Apache License",
                        "library-1-sources.jar: it has no META-INF/NOTICE",
                        "library-1-javadoc.jar: it has no META-INF/LICENSE with the Apache License");
    }

    @Test
    void theModuleNameIsOneOfThePackages() throws IOException {
        classes.put("META-INF/MANIFEST.MF", manifest("a.c"));
        jars("library");

        assertThat(Publication.check(root))
                .containsExactly("library-1.jar: its Automatic-Module-Name is a.c, which is none of its packages");
    }

    @Test
    void classesForANewerJavaAreRefused() throws IOException {
        classes.put("a/b/New.class", classFile(65));
        jars("library");

        assertThat(Publication.check(root)).containsExactly("library-1.jar: a/b/New.class is for a Java newer than 17");
    }

    @Test
    void sourcesAndDocumentationHaveSomethingInThem() throws IOException {
        sources.remove("a/b/C.java");
        javadoc.remove("index.html");
        jars("library");

        assertThat(Publication.check(root))
                .containsExactly(
                        "library-1-sources.jar: it has no sources of [a.b]",
                        "library-1-javadoc.jar: it has no index.html");
    }

    @Test
    void aJarWithoutClassesNeedsOnlyTheNameOfAModule() throws IOException {
        classes.remove("a/b/C.class");
        javadoc.remove("index.html");
        jars("library");

        assertThat(Publication.check(root)).isEmpty();

        classes.remove("META-INF/MANIFEST.MF");
        jars("library");

        assertThat(Publication.check(root)).containsExactly("library-1.jar: it has no Automatic-Module-Name");
    }

    @Test
    void aPackageInTwoJarsIsRefused() throws IOException {
        addModule("other", "a.b");
        pom("bom", BOM + "<version>1</version>" + METADATA + managing("library", "other"));

        assertThat(Publication.check(root)).containsExactly("other: its package a.b is in library, too");
    }

    @Test
    void theBomListsWhatIsPublishedAndNothingElse() throws IOException {
        addModule("other", "a.c");
        pom("bom", BOM + "<version>1</version>" + METADATA + managing("library", "one"));

        assertThat(Publication.check(root))
                .containsExactly(
                        "camel-azure-iothub-mqtt-bom: it does not list other",
                        "camel-azure-iothub-mqtt-bom: it lists one, which is not published");
    }

    @Test
    void theBomHasTheVersionOfAllElseAndItsOwnMetadata() throws IOException {
        pom("bom", BOM + "<version>2</version>" + METADATA.replace("<scm>x</scm>", "") + managing("library"));

        assertThat(Publication.check(root))
                .containsExactly(
                        "camel-azure-iothub-mqtt-bom: its POM has no scm",
                        "camel-azure-iothub-mqtt-bom: its version is 2, that of all else is 1");
    }

    @Test
    void theBomHasNoParent() throws IOException {
        pom("bom", BOM + CHILD + managing("library"));

        assertThat(Publication.check(root)).singleElement().asString().contains("it has a parent");
    }

    @Test
    void aModuleHasANameAndADescriptionOfItsOwn() throws IOException {
        pom("library", "<artifactId>library</artifactId>" + CHILD.replace("<description>D</description>", ""));

        assertThat(Publication.check(root)).containsExactly("library: its POM has no description");
    }

    @Test
    void aLibraryWithAnUnknownLicenceIsRefused() throws IOException {
        bill("library", "GPL-3.0-only");

        assertThat(Publication.check(root))
                .containsExactly("library-1-cyclonedx.json: it needs pkg:maven/x/y@1,"
                        + " whose licence is none that is allowed: [GPL-3.0-only]");
    }

    @Test
    void theBillOfMaterialsIsThatOfTheModule() throws IOException {
        Path bill = file("library", "-cyclonedx.json");
        Files.writeString(bill, Files.readString(bill).replace("library", "another"));

        assertThat(Publication.check(root))
                .containsExactly("library-1-cyclonedx.json: it is no CycloneDX bill of library 1");
    }

    private void addModule(String name, String packageName) throws IOException {
        Path pom = root.resolve("pom.xml");
        String text = Files.readString(pom);
        Files.writeString(pom, text.replaceFirst("</modules>", "<module>" + name + "</module></modules>"));
        pom(name, "<artifactId>" + name + "</artifactId>" + CHILD);
        fill(name, packageName);
        jars(name);
        bill(name, "MIT");
    }

    private void fill(String module, String packageName) {
        String folder = packageName.replace('.', '/');
        classes.clear();
        sources.clear();
        javadoc.clear();
        classes.put("META-INF/MANIFEST.MF", manifest(packageName));
        classes.put(folder + "/C.class", classFile(61));
        sources.put(folder + "/C.java", module.getBytes(StandardCharsets.UTF_8));
        javadoc.put("index.html", module.getBytes(StandardCharsets.UTF_8));
        for (Map<String, byte[]> jar : List.of(classes, sources, javadoc)) {
            jar.put("META-INF/LICENSE", "Apache License".getBytes(StandardCharsets.UTF_8));
            jar.put("META-INF/NOTICE", new byte[0]);
        }
    }

    private void jars(String module) throws IOException {
        jar(file(module, ".jar"), classes);
        jar(file(module, "-sources.jar"), sources);
        jar(file(module, "-javadoc.jar"), javadoc);
    }

    private static void jar(Path file, Map<String, byte[]> entries) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new ZipEntry(entry.getKey()));
                jar.write(entry.getValue());
            }
        }
    }

    private void bill(String module, String licence) throws IOException {
        Files.writeString(
                file(module, "-cyclonedx.json"),
                """
                {"bomFormat": "CycloneDX", "metadata": {"component": {"name": "%s", "version": "1"}},
                 "components": [{"purl": "pkg:maven/x/y@1", "licenses": [{"license": {"id": "%s"}}]}]}
                """
                        .formatted(module, licence));
    }

    private void pom(String folder, String content) throws IOException {
        Path pom = root.resolve(folder).resolve("pom.xml");
        Files.createDirectories(pom.getParent());
        Files.writeString(pom, "<project>" + content + "</project>");
    }

    private Path file(String module, String suffix) throws IOException {
        Path target = Files.createDirectories(root.resolve(module).resolve("target"));
        return target.resolve(module + "-1" + suffix);
    }

    private static String managing(String... artifacts) {
        return "<dependencyManagement><dependencies><dependency><artifactId>"
                + String.join("</artifactId></dependency><dependency><artifactId>", artifacts)
                + "</artifactId></dependency></dependencies></dependencyManagement>";
    }

    private static byte[] manifest(String moduleName) {
        return ("Manifest-Version: 1.0\nAutomatic-Module-Name: " + moduleName + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] classFile(int version) {
        return new byte[] {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0, 0, 0, (byte) version};
    }
}
