// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The configuration keys of a service, read from the sources of its {@code @ConfigMapping} interfaces, and the keys that its own
 * {@code application.properties} sets.
 */
final class ServiceKeys {

    /** Maven module by the role that the label {@code app.kubernetes.io/name} names. */
    static final Map<String, String> MODULES = Map.of(
            "gateway", "gateway",
            "teacher", "teacher-service",
            "selector", "selector-service",
            "trainer", "trainer-service");

    /** Maven module with the keys of all services. */
    private static final String SHARED = "service-kit";

    /** Maven module with keys that some services share, by role. */
    private static final Map<String, String> SHARED_BY_SOME = Map.of("teacher", "reference", "trainer", "reference");

    /**
     * A key.
     *
     * @param type as it stands in the source
     * @param required whether a service without it does not start
     */
    record Key(String name, String type, boolean required) {

        /** Whether a text can be a value of this type. */
        boolean accepts(String value) {
            String plain = type.startsWith("Optional<") ? type.substring(9, type.length() - 1) : type;
            return switch (plain) {
                case "int", "long" -> value.matches("-?\\d+");
                case "double" -> value.matches("-?\\d+(\\.\\d+)?([eE]-?\\d+)?");
                case "boolean" -> value.matches("true|false");
                case "Duration" -> value.matches("\\d+(ms|[smhd])?|PT\\S+");
                case "MemorySize" -> value.matches("\\d+[KMGkmg]?");
                default -> !value.isBlank();
            };
        }
    }

    private static final Map<String, ServiceKeys> READ = new ConcurrentHashMap<>();

    private final Map<String, Key> keys = new TreeMap<>();
    private final Properties defaults = new Properties();

    private ServiceKeys() {}

    /** The keys of a role's service. */
    static ServiceKeys of(String role) {
        return READ.computeIfAbsent(role, ServiceKeys::read);
    }

    private static ServiceKeys read(String role) {
        Path module = ClusterManifests.REPOSITORY.resolve(Objects.requireNonNull(MODULES.get(role), role));
        ServiceKeys all = new ServiceKeys();
        try (var in = Files.newInputStream(module.resolve("src/main/resources/application.properties"))) {
            all.mappings(ClusterManifests.REPOSITORY.resolve(SHARED));
            all.mappings(module);
            if (SHARED_BY_SOME.containsKey(role)) {
                all.mappings(ClusterManifests.REPOSITORY.resolve(SHARED_BY_SOME.get(role)));
            }
            all.defaults.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private void mappings(Path module) throws IOException {
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .filter(ServiceKeys::isMapping)
                    .forEach(this::parse);
        }
    }

    Map<String, Key> keys() {
        return keys;
    }

    /** The port that the service listens on unless it is told another one. */
    int port() {
        return Integer.parseInt(defaults.getProperty("quarkus.http.port", "8080"));
    }

    /** Whether the service's own properties set a key, so that it exists. */
    boolean setsItself(String key) {
        return defaults.containsKey(key);
    }

    /** Name of a key in the environment. */
    static String inEnvironment(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static boolean isMapping(Path file) {
        try {
            return Files.readString(file).contains("@ConfigMapping(");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void parse(Path file) {
        for (ClassTree type : types(file)) {
            String prefix = prefixOf(type);
            if (prefix.startsWith("wildstream")) {
                add(prefix, type, type);
            }
        }
    }

    private static List<ClassTree> types(Path file) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask) compiler.getTask(null, files, null, null, null, files.getJavaFileObjects(file));
            List<ClassTree> types = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                for (Tree declared : unit.getTypeDecls()) {
                    if (declared instanceof ClassTree type) {
                        types.add(type);
                    }
                }
            }
            return types;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where an interface lies whose keys another one takes over: in the module of what services share. */
    private static List<ClassTree> inherited(Tree extended) {
        Path sources = ClusterManifests.REPOSITORY.resolve("reference/src/main/java");
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.endsWith(extended + ".java"))
                    .map(ServiceKeys::types)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(extended + " is not in " + sources));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String prefixOf(ClassTree type) {
        return annotation(type.getModifiers().getAnnotations(), "ConfigMapping")
                .flatMap(mapping -> mapping.getArguments().stream())
                .filter(AssignmentTree.class::isInstance)
                .map(AssignmentTree.class::cast)
                .filter(argument -> argument.getVariable().toString().equals("prefix"))
                .map(argument -> argument.getExpression().toString().replace("\"", ""))
                .findFirst()
                .orElse("");
    }

    private static Stream<? extends AnnotationTree> annotation(List<? extends AnnotationTree> all, String name) {
        return all.stream().filter(one -> one.getAnnotationType().toString().equals(name));
    }

    private void add(String prefix, ClassTree type, ClassTree file) {
        for (Tree extended : type.getImplementsClause()) {
            inherited(extended).forEach(parent -> add(prefix, parent, parent));
        }
        for (Tree member : type.getMembers()) {
            if (member instanceof MethodTree method
                    && method.getBody() == null
                    && method.getParameters().isEmpty()) {
                String name = prefix + "."
                        + method.getName()
                                .toString()
                                .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                                .toLowerCase(Locale.ROOT);
                add(name, method, file);
            }
        }
    }

    /** The interfaces of a file that group keys may stand in one another. */
    private static Stream<ClassTree> nested(ClassTree type) {
        return type.getMembers().stream()
                .filter(ClassTree.class::isInstance)
                .map(ClassTree.class::cast)
                .flatMap(inner -> Stream.concat(Stream.of(inner), nested(inner)));
    }

    private void add(String name, MethodTree method, ClassTree file) {
        String returns = method.getReturnType().toString();
        ClassTree group = nested(file)
                .filter(nested ->
                        nested.getSimpleName().contentEquals(returns) && nested.getKind() == Tree.Kind.INTERFACE)
                .findFirst()
                .orElse(null);
        if (group != null) {
            add(name, group, file);
            return;
        }
        boolean hasDefault = annotation(method.getModifiers().getAnnotations(), "WithDefault")
                .findAny()
                .isPresent();
        keys.put(name, new Key(name, returns, !hasDefault && !returns.startsWith("Optional<")));
    }
}
