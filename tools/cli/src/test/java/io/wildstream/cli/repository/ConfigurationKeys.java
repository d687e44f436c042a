// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.repository;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The keys that a {@code @ConfigMapping} interface declares, read from its source: name, default and what its Javadoc says. */
final class ConfigurationKeys {

    private final List<Key> keys = new ArrayList<>();
    private final DocTrees trees;
    private final CompilationUnitTree unit;
    private final Map<String, ClassTree> groups;

    /**
     * One key.
     *
     * @param value the default, {@code none} or {@code required}
     * @param meaning Markdown of one line
     */
    record Key(String name, String value, String meaning) {

        String row() {
            return "| `" + name + "` | " + (value.matches("none|required") ? value : "`" + value + "`") + " | "
                    + meaning + " |";
        }
    }

    private ConfigurationKeys(DocTrees trees, CompilationUnitTree unit, ClassTree mapping) {
        this.trees = trees;
        this.unit = unit;
        this.groups = mapping.getMembers().stream()
                .filter(ClassTree.class::isInstance)
                .map(ClassTree.class::cast)
                .filter(member -> member.getKind() == Tree.Kind.INTERFACE)
                .collect(Collectors.toMap(member -> member.getSimpleName().toString(), Function.identity()));
    }

    /** The keys of one source file, in its order. */
    static List<Key> of(Path source) throws IOException {
        return read(
                source,
                mapping -> argument(mapping.getModifiers().getAnnotations(), "ConfigMapping")
                        .orElseThrow(() -> new IllegalStateException(source + " is no @ConfigMapping")));
    }

    private static List<Key> read(Path source, Function<ClassTree, String> prefix) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, null, null, files.getJavaFileObjects(Repository.ROOT.resolve(source)));
            CompilationUnitTree unit = task.parse().iterator().next();
            ClassTree mapping = (ClassTree) unit.getTypeDecls().get(0);
            ConfigurationKeys reader = new ConfigurationKeys(DocTrees.instance(task), unit, mapping);
            reader.add(prefix.apply(mapping), mapping);
            return reader.keys;
        }
    }

    private void add(String prefix, ClassTree group) throws IOException {
        for (Tree extended : group.getImplementsClause()) {
            keys.addAll(read(mainSource(extended.toString()), unused -> prefix));
        }
        for (Tree member : group.getMembers()) {
            if (member instanceof MethodTree method && method.getBody() == null) {
                String name = prefix + "." + skewer(method.getName().toString());
                String type = method.getReturnType().toString();
                if (groups.containsKey(type)) {
                    add(name, groups.get(type));
                } else {
                    keys.add(new Key(name, value(method, type), meaning(method)));
                }
            }
        }
    }

    private static String value(MethodTree method, String type) {
        return argument(method.getModifiers().getAnnotations(), "WithDefault")
                .orElse(type.startsWith("Optional") ? "none" : "required");
    }

    private static Optional<String> argument(List<? extends AnnotationTree> annotations, String type) {
        return annotations.stream()
                .filter(annotation -> annotation.getAnnotationType().toString().equals(type))
                .map(annotation -> annotation.getArguments().get(0))
                .map(argument -> argument instanceof AssignmentTree assigned ? assigned.getExpression() : argument)
                .map(ConfigurationKeys::constant)
                .findFirst();
    }

    /** A text, or what a constant of a class of this repository holds. */
    private static String constant(ExpressionTree expression) {
        if (expression instanceof com.sun.source.tree.LiteralTree literal
                && literal.getKind() == Tree.Kind.STRING_LITERAL) {
            return String.valueOf(literal.getValue());
        }
        String[] parts = expression.toString().split("\\.");
        Pattern pattern = Pattern.compile("String " + parts[parts.length - 1] + " = \"([^\"]*)\"");
        Matcher found = pattern.matcher(Repository.text(mainSource(parts[parts.length - 2])));
        if (!found.find()) {
            throw new IllegalStateException("no constant " + expression);
        }
        return found.group(1);
    }

    /** The source of a class of this repository that is no test's, by its simple name. */
    private static Path mainSource(String name) {
        List<Path> found = Repository.files(
                "", path -> path.endsWith(name + ".java") && path.toString().contains("src/main"));
        if (found.size() != 1) {
            throw new IllegalStateException("one class " + name + " was looked for, there are " + found);
        }
        return found.get(0);
    }

    private String meaning(MethodTree method) {
        DocCommentTree comment = trees.getDocCommentTree(TreePath.getPath(unit, method));
        if (comment == null) {
            throw new IllegalStateException(method.getName() + " has no Javadoc");
        }
        return comment.getFullBody().stream()
                .map(ConfigurationKeys::markdown)
                .collect(Collectors.joining())
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .strip();
    }

    private static String markdown(DocTree tree) {
        if (tree instanceof LiteralTree literal) {
            return "`" + literal.getBody().getBody() + "`";
        }
        if (tree instanceof LinkTree link) {
            return "`" + skewer(link.getReference().getSignature().replaceFirst("^#", "")) + "`";
        }
        return tree.toString();
    }

    /** {@code maxWait} as {@code max-wait}. */
    private static String skewer(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
