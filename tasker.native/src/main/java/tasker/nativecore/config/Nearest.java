package tasker.nativecore.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Find the known name that was probably meant.
 *
 * <p>Compares by the optimal string alignment distance (Damerau-Levenshtein without edits inside a transposition), case
 * and {@code _} against {@code -} ignored; gives up beyond a third of the name's length.
 */
final class Nearest {
    /** Names longer than any setting's are not worth the comparison. */
    private static final int MAX_LENGTH = 200;

    private Nearest() {}

    static Optional<String> to(String name, Collection<String> known) {
        if (name.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String wanted = normal(name);
        int best = Math.max(1, wanted.length() / 3) + 1;
        Optional<String> nearest = Optional.empty();
        for (String candidate : known) {
            String other = normal(candidate);
            if (Math.abs(other.length() - wanted.length()) < best) {
                int distance = distance(wanted, other);
                if (distance < best) {
                    best = distance;
                    nearest = Optional.of(candidate);
                }
            }
        }
        return nearest;
    }

    /**
     * The least number of insertions, deletions, substitutions and swaps of neighbours that turn one into the other.
     */
    static int distance(String from, String to) {
        int[] beforeLast = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int substitution = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }
        return last[to.length()];
    }

    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
