package tasker.observability.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Read an exposition back, line by line, by the grammar of the formats' specifications, and refuse what a scraper
 * would.
 *
 * <p>Shares no code with the writer.
 */
public final class ExpositionReader {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
    private static final Pattern SAMPLE =
            Pattern.compile("(" + NAME + ")(?:\\{(" + LABEL + "(?:," + LABEL + ")*)})? (\\S+)(?: # (.*))?");
    private static final Pattern EXEMPLAR =
            Pattern.compile("\\{(" + LABEL + "(?:," + LABEL + ")*)?} (\\S+)(?: (\\d+(?:\\.\\d+)?))?");
    private static final Pattern META = Pattern.compile("# (HELP|TYPE|UNIT) (" + NAME + ") (.*)");
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?|[+-]Inf|NaN");

    private final boolean openMetrics;
    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, String> helps = new HashMap<>();
    private String family = "";

    private ExpositionReader(boolean openMetrics) {
        this.openMetrics = openMetrics;
    }

    /** Every sample of a Prometheus text, by name and labels as they were written. */
    public static Map<String, Double> prometheus(String text) {
        return new ExpositionReader(false).read(text);
    }

    /** Every sample of an OpenMetrics text. */
    public static Map<String, Double> openMetrics(String text) {
        return new ExpositionReader(true).read(text);
    }

    private Map<String, Double> read(String text) {
        assertThat(text).endsWith("\n");
        List<String> lines = new ArrayList<>(text.lines().toList());
        if (openMetrics) {
            assertThat(lines.removeLast()).isEqualTo("# EOF");
        }
        for (String line : lines) {
            Matcher meta = META.matcher(line);
            if (meta.matches()) {
                meta(meta.group(1), meta.group(2), meta.group(3));
            } else {
                sample(line);
            }
        }
        assertThat(helps.keySet()).containsExactlyInAnyOrderElementsOf(types.keySet());
        types.forEach((name, type) -> {
            if (type.equals("histogram")) {
                checkHistogram(name);
            }
        });
        return samples;
    }

    private void meta(String kind, String name, String text) {
        if (!name.equals(family)) {
            assertThat(types).as("families are not interleaved").doesNotContainKey(name);
            family = name;
        }
        switch (kind) {
            case "HELP" ->
                assertThat(helps.put(name, text)).as("HELP of " + name).isNull();
            case "TYPE" ->
                assertThat(types.put(name, text)).as("TYPE of " + name).isNull();
            default -> assertThat(name).endsWith("_" + text);
        }
        assertThat(samples.keySet())
                .as("samples come after the head of " + name)
                .noneMatch(series -> series.equals(name) || series.startsWith(name + "{"));
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        String name = sample.group(1);
        assertThat(suffixes()).as(line).contains(name);
        String value = sample.group(3);
        assertThat(NUMBER.matcher(value).matches()).as(line).isTrue();
        if (sample.group(4) != null) {
            exemplar(line, name, sample.group(2), sample.group(4));
        }
        String series = sample.group(2) == null ? name : name + "{" + sample.group(2) + "}";
        Double before = samples.put(series, Double.valueOf(value.replace("Inf", "Infinity")));
        assertThat(before).as("one sample of " + series).isNull();
    }

    /** Only OpenMetrics has them, at counters and buckets, with few characters, and within the bounds of the bucket. */
    private void exemplar(String line, String name, String labels, String text) {
        assertThat(openMetrics).as(line).isTrue();
        Matcher exemplar = EXEMPLAR.matcher(text);
        assertThat(exemplar.matches()).as(line).isTrue();
        assertThat(exemplar.group(1).replaceAll("[=\",]", "").length()).as(line).isLessThanOrEqualTo(128);
        assertThat(name.endsWith("_total") || name.endsWith("_bucket")).as(line).isTrue();
        if (name.endsWith("_bucket")) {
            String bound = labels.replaceAll(".*le=\"([^\"]*)\".*", "$1").replace("Inf", "Infinity");
            assertThat(Double.parseDouble(exemplar.group(2))).as(line).isLessThanOrEqualTo(Double.parseDouble(bound));
        }
    }

    /** The names that samples of the family at hand may have. */
    private List<String> suffixes() {
        return switch (types.getOrDefault(family, "none")) {
            case "counter" -> List.of(openMetrics ? family + "_total" : family);
            case "histogram" -> List.of(family + "_bucket", family + "_sum", family + "_count");
            case "gauge" -> List.of(family);
            default -> List.of();
        };
    }

    private void checkHistogram(String name) {
        Map<String, List<Double>> bounds = new LinkedHashMap<>();
        Map<String, List<Double>> counts = new LinkedHashMap<>();
        Pattern bucket = Pattern.compile(Pattern.quote(name) + "_bucket\\{(?:(.*),)?le=\"([^\"]*)\"}");
        samples.forEach((series, value) -> {
            Matcher matcher = bucket.matcher(series);
            if (matcher.matches()) {
                String labels = matcher.group(1) == null ? "" : "{" + matcher.group(1) + "}";
                Double bound = Double.valueOf(matcher.group(2).replace("Inf", "Infinity"));
                bounds.computeIfAbsent(labels, ignored -> new ArrayList<>()).add(bound);
                counts.computeIfAbsent(labels, ignored -> new ArrayList<>()).add(value);
            }
        });
        assertThat(bounds).as("buckets of " + name).isNotEmpty();
        bounds.forEach((labels, ascending) -> {
            assertThat(ascending).doesNotHaveDuplicates().isSorted().endsWith(Double.POSITIVE_INFINITY);
            assertThat(counts.get(labels)).isSorted().endsWith(samples.get(name + "_count" + labels));
            assertThat(samples).containsKey(name + "_sum" + labels);
        });
    }
}
