package tasker.bootstrap.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keep the documentation as true as the code. */
class DocumentationTests {
    private static final Pattern CODE = Pattern.compile("TASKER-[A-Z]\\d{3}");

    @Test
    void everyErrorCodeIsExplainedAndEveryExplainedCodeExists() {
        Set<String> used = new TreeSet<>();
        for (String folder : Reactor.FOLDERS) {
            Reactor.sources(folder).forEach(source -> used.addAll(codesIn(Reactor.read(source))));
        }
        Set<String> explained = Reactor.read(Reactor.ROOT.resolve("docs/errors.md"))
                .lines()
                .filter(line -> line.startsWith("| `TASKER-"))
                .flatMap(line -> codesIn(line.substring(0, line.indexOf('|', 1))).stream())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(used).isNotEmpty();
        assertThat(explained).isEqualTo(used);
    }

    private static Set<String> codesIn(String text) {
        return CODE.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }
}
