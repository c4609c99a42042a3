package tasker.bootstrap.console;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Put a line together from pieces, each with a colour of its own, and cut it to a width; for use by one thread.
 *
 * <p>Characters that would move the cursor or turn the text around become question marks, as what is shown may come
 * from another machine.
 */
public final class Line {
    private static final String CUT = "…";

    private final List<Piece> pieces = new ArrayList<>();
    private int width;

    /** Start an empty line. */
    public Line() {}

    /** Add a text as it is. */
    public Line add(String text) {
        return add(text, UnaryOperator.identity());
    }

    /** Add a text that is coloured, which does not change its width. */
    public Line add(String text, UnaryOperator<String> paint) {
        String shown = printable(text);
        pieces.add(new Piece(shown, paint));
        width += width(shown);
        return this;
    }

    /** How many columns the line takes. */
    public int width() {
        return width;
    }

    /** The line without white space at its end, in at most this many columns. */
    public String render(int columns) {
        StringBuilder line = new StringBuilder();
        int left = columns;
        for (Piece piece : pieces) {
            String shown = width(piece.text()) <= left ? piece.text() : cut(piece.text(), left);
            line.append(shown.isEmpty() ? "" : piece.paint().apply(shown));
            left -= width(piece.text());
            if (left < 0) {
                break;
            }
        }
        return line.toString().stripTrailing();
    }

    /** How many columns a text takes. */
    static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String cut(String text, int columns) {
        return columns < 1 ? "" : text.substring(0, text.offsetByCodePoints(0, columns - 1)) + CUT;
    }

    private static String printable(String text) {
        return text.codePoints().allMatch(Line::isPrintable)
                ? text
                : text.codePoints()
                        .map(c -> isPrintable(c) ? c : '?')
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private record Piece(String text, UnaryOperator<String> paint) {}
}
