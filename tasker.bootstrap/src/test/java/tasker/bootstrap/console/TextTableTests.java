package tasker.bootstrap.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tasker.bootstrap.console.TextTable.Cell;

class TextTableTests {
    @Test
    void columnsAreAlignedAndLinesEndWithoutBlanks() {
        String table = new TextTable()
                .row(Cell.of("steps"), Cell.number("5"), Cell.of("ok"))
                .row(Cell.of("x"), Cell.number("1,000"), Cell.of(""))
                .render();

        assertThat(table).isEqualTo("steps      5  ok\nx      1,000");
    }

    @Test
    void coloursDoNotCountAsWidth() {
        String table = new TextTable()
                .row(Cell.of("a", Style.COLOURED::good), Cell.of("b"))
                .row("long", "c")
                .render();

        assertThat(table).isEqualTo("\u001b[32ma\u001b[0m     b\nlong  c");
    }

    @Test
    void linesAreCutToAWidthAndColoursDoNotCount() {
        TextTable table = new TextTable()
                .row(Cell.of("handler", Style.COLOURED::good), Cell.number("1,000"), Cell.of("a message"));

        assertThat(table.lines(100)).containsExactly("\u001b[32mhandler\u001b[0m  1,000  a message");
        assertThat(table.lines(20)).containsExactly("\u001b[32mhandler\u001b[0m  1,000  a m…");
        assertThat(table.lines(5)).containsExactly("\u001b[32mhand…\u001b[0m");
        assertThat(table.lines(0)).containsExactly("");
    }

    @Test
    void whatWouldMoveTheCursorIsShownAsAQuestionMark() {
        assertThat(new TextTable().row("a\u001b[2J\nb\u202e", "ü…█").render()).isEqualTo("a?[2J?b?  ü…█");
    }

    @Test
    void nothingIsNothing() {
        assertThat(new TextTable().render()).isEmpty();
    }
}
