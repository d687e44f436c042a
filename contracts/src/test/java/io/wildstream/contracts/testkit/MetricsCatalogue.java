// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The catalogue of {@code docs/metrics.md}, read; and what a service shows, in the same form. */
public final class MetricsCatalogue {

    private static final Path PAGE = Path.of("docs", "metrics.md");
    private static final Pattern NAME = Pattern.compile("`([a-zA-Z_:][a-zA-Z0-9_:]*)`");

    private final Map<String, List<Metric>> byService = new TreeMap<>();
    private final Set<String> adHoc = new TreeSet<>();
    private final Set<String> libraries = new TreeSet<>();

    /**
     * A family of metrics.
     *
     * @param type as Prometheus calls it
     * @param labels without {@code le}
     * @param meaning the text of HELP
     */
    public record Metric(String name, String type, Set<String> labels, String meaning) {

        /** Its series' names: of a histogram its parts and the gauge beside it. */
        public Set<String> seriesNames() {
            return type.equals("histogram")
                    ? Set.of(name + "_bucket", name + "_sum", name + "_count", name + "_max")
                    : Set.of(name);
        }
    }

    private MetricsCatalogue(List<String> lines) {
        String section = "";
        for (String line : lines) {
            if (line.startsWith("## ")) {
                section = line.substring(3).strip();
            } else if (line.startsWith("| `wildstream_")) {
                byService.computeIfAbsent(section, unused -> new ArrayList<>()).add(metric(line));
            } else if (section.equals("For ad-hoc use")) {
                names(line).forEach(adHoc::add);
            } else if (section.equals("Families of libraries") && line.startsWith("| ")) {
                names(line).forEach(libraries::add);
            }
        }
    }

    /** Reads the page of the repository that the test runs in. */
    public static MetricsCatalogue read() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve(PAGE))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new IllegalStateException(
                        "no " + PAGE + " above " + Path.of("").toAbsolutePath());
            }
        }
        try {
            return new MetricsCatalogue(Files.readAllLines(directory.resolve(PAGE)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Metric metric(String line) {
        String[] cells = line.substring(1).split("\\|");
        String name = cells[0].strip().replace("`", "");
        Set<String> labels = new TreeSet<>();
        Arrays.stream(cells[3].split(","))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .forEach(labels::add);
        return new Metric(name, cells[1].strip(), labels, cells[4].strip());
    }

    private static Stream<String> names(String line) {
        Matcher matcher = NAME.matcher(line);
        return matcher.results().map(result -> result.group(1));
    }

    /** The metrics of a service: {@code gateway}, {@code teacher}, {@code selector} or {@code trainer}. */
    public List<Metric> of(String service) {
        return byService.getOrDefault(service, List.of());
    }

    /** All metrics of all services. */
    public List<Metric> all() {
        return byService.values().stream().flatMap(List::stream).toList();
    }

    /** Names that no dashboard and no rule need use. */
    public Set<String> adHoc() {
        return adHoc;
    }

    /** Names of libraries' series. */
    public Set<String> libraries() {
        return libraries;
    }

    /**
     * What a scrape shows of Wildstream's own metrics, in the catalogue's form and order of names; the gauges beside histograms left out.
     *
     * @param exposition the text format of version 0.0.4
     */
    public static List<Metric> shown(String exposition) {
        Map<String, String> help = new TreeMap<>();
        Map<String, String> types = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        for (String line : exposition.lines().toList()) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                help.put(words[2], words.length > 3 ? words[3].strip() : "");
            } else if (line.startsWith("# TYPE ")) {
                types.put(words[2], words[3].strip());
            } else if (line.startsWith("wildstream_")) {
                addLabels(line, types, labels);
            }
        }
        List<Metric> metrics = new ArrayList<>();
        labels.forEach((name, keys) -> {
            boolean beside = name.endsWith("_max") && isHistogram(name.substring(0, name.length() - 4), types);
            if (!beside) {
                metrics.add(new Metric(name, types.getOrDefault(name, ""), keys, help.getOrDefault(name, "")));
            }
        });
        return metrics;
    }

    private static void addLabels(String line, Map<String, String> types, Map<String, Set<String>> labels) {
        int brace = line.indexOf('{');
        String series = line.substring(0, brace < 0 ? line.indexOf(' ') : brace);
        Set<String> keys = labels.computeIfAbsent(family(series, types), unused -> new TreeSet<>());
        if (brace >= 0) {
            Matcher matcher = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"").matcher(line.substring(brace));
            matcher.results()
                    .map(result -> result.group(1))
                    .filter(label -> !label.equals("le"))
                    .forEach(keys::add);
        }
    }

    private static String family(String series, Map<String, String> types) {
        for (String suffix : List.of("_bucket", "_sum", "_count")) {
            String base = series.endsWith(suffix) ? series.substring(0, series.length() - suffix.length()) : "";
            if (isHistogram(base, types)) {
                return base;
            }
        }
        return series;
    }

    private static boolean isHistogram(String name, Map<String, String> types) {
        String type = types.getOrDefault(name, "");
        return type.equals("histogram") || type.equals("summary");
    }
}
