package tasker.events.inprocess;

import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasker.events.api.EventPattern;

/**
 * Find, among many patterns, those that match a type: a trie over their segments.
 *
 * <p>A type is walked once, with the set of places in the trie that its segments so far can lead to. So the time
 * depends on the segments of the type and on how many places they lead to, not on how many patterns there are.
 * Immutable and safe for use by many threads.
 *
 * @param <T> what a pattern stands for
 */
final class PatternIndex<T> {
    private static final String ONE = "*";
    private static final String ANY = "#";

    /** A place in the trie; changed only while the index is built. */
    private static final class Node {
        /** By segment of a pattern; no type has a segment that reads like a wildcard. */
        private final Map<String, Node> children = new HashMap<>();

        /** Whether {@code #} leads here, where any segment leads back. */
        private final boolean loops;

        /** Those whose patterns end here. */
        private final BitSet entries = new BitSet();

        Node(boolean loops) {
            this.loops = loops;
        }
    }

    private final List<T> entries;
    private final Node root = new Node(false);

    PatternIndex(List<T> entries, Function<T, EventPattern> pattern) {
        this.entries = List.copyOf(entries);
        for (int entry = 0; entry < this.entries.size(); entry++) {
            Node node = root;
            for (String segment : pattern.apply(this.entries.get(entry)).segments()) {
                node = node.children.computeIfAbsent(segment, read -> new Node(read.equals(ANY)));
            }
            node.entries.set(entry);
        }
    }

    /** The entries whose patterns match this type, in the order that they were given in. */
    List<T> match(String type) {
        Set<Node> reached = new LinkedHashSet<>();
        enter(root, reached);
        for (int from = 0; from <= type.length() && !reached.isEmpty(); ) {
            int dot = type.indexOf('.', from);
            int end = dot < 0 ? type.length() : dot;
            reached = step(reached, type.substring(from, end));
            from = end + 1;
        }
        BitSet matching = new BitSet();
        reached.forEach(node -> matching.or(node.entries));
        return matching.stream().mapToObj(entries::get).toList();
    }

    private static Set<Node> step(Set<Node> reached, String segment) {
        Set<Node> next = new LinkedHashSet<>();
        for (Node node : reached) {
            if (node.loops) {
                enter(node, next);
            }
            enter(node.children.get(ONE), next);
            enter(node.children.get(segment), next);
        }
        return next;
    }

    /** Reach a place, and what its {@code #} leads to without a segment. */
    private static void enter(@Nullable Node node, Set<Node> reached) {
        for (Node entered = node; entered != null && reached.add(entered); entered = entered.children.get(ANY)) {
            // Nothing to do but to go on.
        }
    }
}
