// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page's way of one sample leads through classes and methods that there are. */
@Tag("slow")
class ArchitecturePageTest {

    private static final Path PAGE = Path.of("docs/architecture.md");
    private static final String CHAPTER = "## The way of one sample";
    private static final int MOST_HOPS = 9;

    private static final Pattern STAGE = Pattern.compile("(?m)^### (.+)$");
    private static final Pattern HOP = Pattern.compile("(?m)^\\d+\\. `([A-Z]\\w*)\\.(\\w+)`");

    @Test
    void everyHopIsAMethodOfItsClass() throws IOException {
        // Given
        Map<String, List<String>> stages = stages(Repository.text(PAGE));

        // When
        List<String> missing = new ArrayList<>();
        for (List<String> hops : stages.values()) {
            for (String hop : hops) {
                int dot = hop.indexOf('.');
                if (!declares(hop.substring(0, dot), hop.substring(dot + 1))) {
                    missing.add(hop);
                }
            }
        }

        // Then
        assertThat(missing)
                .as("%s names what no class of src/main declares", PAGE)
                .isEmpty();
    }

    @Test
    void noStageHasMoreHopsThanAReaderFollows() {
        // Given
        String page = Repository.text(PAGE);

        // When
        Map<String, List<String>> stages = stages(page);

        // Then
        assertThat(stages.keySet()).containsExactly("Gateway", "Teacher", "Selector", "Trainer");
        assertThat(stages.values()).allSatisfy(hops -> assertThat(hops).hasSizeBetween(3, MOST_HOPS));
    }

    @Test
    void aMethodThatIsOnlyCalledIsNotDeclared() throws IOException {
        // Given
        String type = "Selector";

        // When
        boolean called = declares(type, "println");

        // Then
        assertThat(called).isFalse();
    }

    private static Map<String, List<String>> stages(String page) {
        int begin = page.indexOf(CHAPTER);
        assertThat(begin).as("%s has the chapter '%s'", PAGE, CHAPTER).isNotNegative();
        int end = page.indexOf("\n## ", begin + CHAPTER.length());
        String chapter = page.substring(begin, end < 0 ? page.length() : end);
        List<MatchResult> titles = STAGE.matcher(chapter).results().toList();
        Map<String, List<String>> stages = new LinkedHashMap<>();
        for (int i = 0; i < titles.size(); i++) {
            String text = chapter.substring(
                    titles.get(i).end(),
                    i + 1 < titles.size() ? titles.get(i + 1).start() : chapter.length());
            stages.put(
                    titles.get(i).group(1),
                    HOP.matcher(text)
                            .results()
                            .map(hop -> hop.group(1) + "." + hop.group(2))
                            .toList());
        }
        return stages;
    }

    /** Reads the source: the services' classes are not on this module's class path. */
    private static boolean declares(String type, String method) throws IOException {
        List<Path> sources = Repository.files(
                "",
                file -> file.endsWith(type + ".java")
                        && file.toString().replace('\\', '/').contains("src/main/java"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> found = new ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            for (Path source : sources) {
                JavacTask task = (JavacTask) compiler.getTask(
                        null, manager, null, null, null, manager.getJavaFileObjects(Repository.ROOT.resolve(source)));
                task.parse()
                        .forEach(unit -> unit.getTypeDecls().stream()
                                .filter(tree -> tree instanceof ClassTree declared
                                        && declared.getSimpleName().contentEquals(type))
                                .forEach(tree -> tree.accept(new MethodNames(), found)));
            }
        }
        return found.contains(method);
    }

    /** Names of the methods of a class, and of those of its nested and anonymous classes. */
    private static final class MethodNames extends TreeScanner<Void, List<String>> {

        @Override
        public Void visitMethod(MethodTree method, List<String> found) {
            found.add(method.getName().toString());
            return super.visitMethod(method, found);
        }
    }
}
