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
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Makes the component's generated URI factory serve two lines of Camel. {@code EndpointUriFactory.multiValuePrefixes()} returns a set of
 * prefixes up to Camel 4.14 and a map from option names to prefixes since 4.15. The Java language does not allow both in one class, the
 * JVM does: this adds the second as a synthetic method, after compilation. It can be run again at will.
 */
public final class UriFactoryBridge {

    private static final String METHOD = "multiValuePrefixes";
    private static final String AS_SET = "()Ljava/util/Set;";
    private static final String AS_MAP = "()Ljava/util/Map;";

    private UriFactoryBridge() {}

    /** @param arguments the component's JSON and the folder of its classes */
    public static void main(String[] arguments) throws IOException {
        ComponentModel component = JsonMapper.generateComponentModel(Files.readString(Path.of(arguments[0])));
        Path file = Path.of(arguments[1]).resolve(factoryFile(component));
        byte[] before = Files.readAllBytes(file);
        byte[] after = bridge(before, prefixes(component));
        if (!Arrays.equals(before, after)) {
            Files.write(file, after);
        }
    }

    private static String factoryFile(ComponentModel component) {
        return component.getJavaType().replace('.', '/').replaceFirst("Component$", "EndpointUriFactory") + ".class";
    }

    private static Map<String, String> prefixes(ComponentModel component) {
        Map<String, String> prefixes = new TreeMap<>();
        component.getEndpointOptions().stream()
                .filter(BaseOptionModel::isMultiValue)
                .forEach(option -> prefixes.put(option.getName(), option.getPrefix()));
        return prefixes;
    }

    /** @return the class with the method that returns the map, and otherwise as it was */
    static byte[] bridge(byte[] factory, Map<String, String> prefixes) {
        ClassReader reader = new ClassReader(factory);
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        reader.accept(new Bridging(writer, prefixes), 0);
        return writer.toByteArray();
    }

    private static final class Bridging extends ClassVisitor {

        private final Map<String, String> prefixes;
        private boolean returnsSet;

        Bridging(ClassVisitor next, Map<String, String> prefixes) {
            super(Opcodes.ASM9, next);
            this.prefixes = prefixes;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            if (name.equals(METHOD) && descriptor.equals(AS_MAP)) {
                if ((access & Opcodes.ACC_SYNTHETIC) == 0) {
                    throw new IllegalStateException(
                            "The URI factory has a " + METHOD
                                    + "() of its own that returns a map, so it was generated for"
                                    + " Camel 4.15 or later; generate it with camel-package-maven-plugin 4.14, or drop this step");
                }
                return null; // of an earlier run; it is written again
            }
            returnsSet |= name.equals(METHOD) && descriptor.equals(AS_SET);
            return super.visitMethod(access, name, descriptor, signature, exceptions);
        }

        @Override
        public void visitEnd() {
            if (!returnsSet) {
                throw new IllegalStateException(
                        "The URI factory has no " + METHOD
                                + "() that returns a set, so it was not generated for Camel 4.14; see whether this step is still needed");
            }
            MethodVisitor method =
                    super.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_SYNTHETIC, METHOD, AS_MAP, null, null);
            method.visitCode();
            pushEntries(method);
            method.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    "java/util/Map",
                    "ofEntries",
                    "([Ljava/util/Map$Entry;)Ljava/util/Map;",
                    true);
            method.visitInsn(Opcodes.ARETURN);
            method.visitMaxs(0, 0);
            method.visitEnd();
            super.visitEnd();
        }

        private void pushEntries(MethodVisitor method) {
            method.visitIntInsn(Opcodes.SIPUSH, prefixes.size());
            method.visitTypeInsn(Opcodes.ANEWARRAY, "java/util/Map$Entry");
            int index = 0;
            for (Map.Entry<String, String> prefix : prefixes.entrySet()) {
                method.visitInsn(Opcodes.DUP);
                method.visitIntInsn(Opcodes.SIPUSH, index++);
                method.visitLdcInsn(prefix.getKey());
                method.visitLdcInsn(prefix.getValue());
                method.visitMethodInsn(
                        Opcodes.INVOKESTATIC,
                        "java/util/Map",
                        "entry",
                        "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/util/Map$Entry;",
                        true);
                method.visitInsn(Opcodes.AASTORE);
            }
        }
    }
}
