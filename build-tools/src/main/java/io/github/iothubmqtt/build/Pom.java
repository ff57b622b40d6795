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
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** A POM as it is written, without what it inherits but for the two things that are asked of its parents here. */
final class Pom {

    private final Path file;
    private final Element project;
    private final Pom parent;

    private Pom(Path file, Element project, Pom parent) {
        this.file = file;
        this.project = project;
        this.parent = parent;
    }

    /** @return the POM in this folder, and those of all modules below it, whatever their profile */
    static List<Pom> tree(Path folder) throws IOException {
        List<Pom> poms = new ArrayList<>();
        add(folder.normalize(), null, poms);
        return poms;
    }

    private static void add(Path folder, Pom aggregator, List<Pom> poms) throws IOException {
        Path file = folder.resolve("pom.xml");
        Element project = parse(file);
        boolean hasParent = !children(project, "parent").isEmpty();
        Pom pom = new Pom(file, project, hasParent ? parentOf(file, project, aggregator, poms) : null);
        poms.add(pom);
        for (Element modules : modules(project)) {
            for (Element module : children(modules, "module")) {
                add(folder.resolve(module.getTextContent().trim()).normalize(), pom, poms);
            }
        }
    }

    private static Pom parentOf(Path file, Element project, Pom aggregator, List<Pom> poms) {
        String relative = Stream.of(project)
                .flatMap(element -> children(element, "parent").stream())
                .flatMap(element -> children(element, "relativePath").stream())
                .map(Element::getTextContent)
                .findFirst()
                .orElse("../pom.xml");
        Path path = file.resolveSibling(relative).normalize();
        return poms.stream()
                .filter(pom -> pom.file.equals(path) || pom.file.equals(path.resolve("pom.xml")))
                .findFirst()
                .orElse(aggregator);
    }

    private static List<Element> modules(Element project) {
        List<Element> modules = new ArrayList<>(children(project, "modules"));
        children(project, "profiles").stream()
                .flatMap(profiles -> children(profiles, "profile").stream())
                .forEach(profile -> modules.addAll(children(profile, "modules")));
        return modules;
    }

    private static Element parse(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("There is no " + file);
        }
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("Cannot read " + file, e);
        }
    }

    String artifactId() {
        return text("artifactId");
    }

    String version() {
        return has("version") || parent == null ? text("version") : parent.version();
    }

    String packaging() {
        return has("packaging") ? text("packaging") : "jar";
    }

    boolean isPublished() {
        for (Element properties : children(project, "properties")) {
            for (Element skip : children(properties, "maven.deploy.skip")) {
                return !Boolean.parseBoolean(skip.getTextContent().trim());
            }
        }
        return parent == null || parent.isPublished();
    }

    boolean hasParent() {
        return parent != null;
    }

    boolean has(String element) {
        return !text(element).isEmpty();
    }

    private String text(String element) {
        return children(project, element).stream()
                .map(child -> child.getTextContent().trim())
                .findFirst()
                .orElse("");
    }

    /** The artifacts whose versions it manages. */
    List<String> managed() {
        return children(project, "dependencyManagement").stream()
                .flatMap(management -> children(management, "dependencies").stream())
                .flatMap(dependencies -> children(dependencies, "dependency").stream())
                .flatMap(dependency -> children(dependency, "artifactId").stream())
                .map(Element::getTextContent)
                .toList();
    }

    /** @return a file that the build has made beside the module's main artifact */
    Path built(String suffix) {
        return file.resolveSibling("target").resolve(artifactId() + "-" + version() + suffix);
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                children.add(element);
            }
        }
        return children;
    }
}
