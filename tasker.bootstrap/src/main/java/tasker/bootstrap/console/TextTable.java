package tasker.bootstrap.console;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Lay out cells in aligned columns; for use by one thread. */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<List<Cell>> rows = new ArrayList<>();

    /** Start an empty table. */
    public TextTable() {}

    /** Add one row. */
    public TextTable row(Cell... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /** Add one row of texts. */
    public TextTable row(String... texts) {
        List<Cell> cells = new ArrayList<>();
        for (String text : texts) {
            cells.add(Cell.of(text));
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    /** The rows as lines, without white space at their ends. */
    public String render() {
        return String.join("\n", lines(Integer.MAX_VALUE));
    }

    /** The rows, each in at most this many columns and without white space at its end. */
    public List<String> lines(int columns) {
        int[] widths = widths();
        List<String> lines = new ArrayList<>();
        for (List<Cell> row : rows) {
            Line line = new Line();
            for (int column = 0; column < row.size(); column++) {
                Cell cell = row.get(column);
                String padding = " ".repeat(widths[column] - Line.width(cell.text()));
                line.add((column == 0 ? "" : GAP) + (cell.right() ? padding : ""))
                        .add(cell.text(), cell.paint())
                        .add(cell.right() ? "" : padding);
            }
            lines.add(line.render(columns));
        }
        return lines;
    }

    private int[] widths() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<Cell> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                widths[column] =
                        Math.max(widths[column], Line.width(row.get(column).text()));
            }
        }
        return widths;
    }

    /**
     * Hold one cell.
     *
     * @param text what stands in it, without colours
     * @param right whether it stands at the right edge of its column
     * @param paint colours the text, without changing its width
     */
    public record Cell(String text, boolean right, UnaryOperator<String> paint) {
        /** A text at the left edge. */
        public static Cell of(String text) {
            return new Cell(text, false, UnaryOperator.identity());
        }

        /** A text at the left edge, coloured. */
        public static Cell of(String text, UnaryOperator<String> paint) {
            return new Cell(text, false, paint);
        }

        /** A number at the right edge. */
        public static Cell number(String text) {
            return new Cell(text, true, UnaryOperator.identity());
        }
    }
}
