package tasker.bootstrap.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.TaskerException;

class OrderFileTests {
    @TempDir
    Path folder;

    @Test
    void linesKeepTheirNumbersAndBlankOnesAreSkipped() throws IOException {
        Path file = file("{\"a\":1}\n\n  \t\r\nbroken {\r\nlast");

        assertThat(read(file))
                .containsExactly(
                        new OrderLine(1, "{\"a\":1}", false),
                        new OrderLine(4, "broken {", false),
                        new OrderLine(5, "last", false));
        assertThat(OrderFile.count(file)).isEqualTo(3);
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstOrder() throws IOException {
        assertThat(read(file("\uFEFF{}\n"))).containsExactly(new OrderLine(1, "{}", false));
    }

    @Test
    void bytesThatAreNoUtf8AreABadOrderAndNoEnd() throws IOException {
        Path file = folder.resolve("orders.jsonl");
        Files.write(file, new byte[] {'"', (byte) 0xFF, '"', '\n', '{', '}', '\n'});

        assertThat(read(file)).extracting(OrderLine::text).containsExactly("\"\uFFFD\"", "{}");
    }

    @Test
    void aLineThatIsTooLongIsCutAndMarked() throws IOException {
        Path file =
                file("x".repeat(OrderFile.MAX_LINE_BYTES) + "\n" + "y".repeat(OrderFile.MAX_LINE_BYTES + 1) + "\nz\n");

        List<OrderLine> lines = read(file);

        assertThat(lines).extracting(OrderLine::tooLong).containsExactly(false, true, false);
        assertThat(lines.get(1).text()).hasSize(OrderFile.MAX_LINE_BYTES);
        assertThat(OrderFile.count(file)).isEqualTo(3);
    }

    @Test
    void aBlankLineThatIsTooLongDoesNotSpoilTheNextOrder() throws IOException {
        assertThat(read(file(" ".repeat(OrderFile.MAX_LINE_BYTES + 1) + "\n{}\n")))
                .containsExactly(new OrderLine(2, "{}", false));
    }

    @Test
    void anEmptyFileHoldsNoOrders() throws IOException {
        assertThat(read(file(""))).isEmpty();
        assertThat(OrderFile.count(file("\n\n"))).isZero();
    }

    @Test
    void aFileThatCannotBeReadIsNamedWithWhatToDo() {
        Path missing = folder.resolve("missing.jsonl");

        assertThatThrownBy(() -> OrderFile.open(missing))
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-L104")
                .hasMessageContaining(missing.toString());
        assertThatThrownBy(() -> OrderFile.open(folder)).hasMessageContaining("it is a folder");
        assertThatThrownBy(() -> OrderFile.open(Path.of("/dev/null")))
                .hasMessageStartingWith("TASKER-L104")
                .hasMessageContaining("it is no regular file");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("orders.jsonl"), text, StandardCharsets.UTF_8);
    }

    private static List<OrderLine> read(Path file) throws IOException {
        List<OrderLine> lines = new ArrayList<>();
        try (OrderFile orders = OrderFile.open(file)) {
            for (Optional<OrderLine> line = orders.next(); line.isPresent(); line = orders.next()) {
                lines.add(line.get());
            }
        }
        return lines;
    }
}
