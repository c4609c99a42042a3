package tasker.bootstrap.demo;

import java.util.UUID;
import java.util.function.Predicate;

/**
 * Hold many ids in little memory: 16 bytes each, over at least half a table; for use by one thread at a time.
 *
 * <p>Open addressing with linear probing. The id of all zeros, which is no id, marks a free place.
 */
final class IdSet {
    private static final int FIRST_CAPACITY = 1_024;

    private long[] words = new long[2 * FIRST_CAPACITY];
    private int size;

    /** Put an id in; whether it was not there yet. */
    boolean add(UUID id) {
        if (4L * (size + 1) > words.length) {
            grow();
        }
        if (!put(words, id.getMostSignificantBits(), id.getLeastSignificantBits())) {
            return false;
        }
        size++;
        return true;
    }

    boolean contains(UUID id) {
        int at = find(words, id.getMostSignificantBits(), id.getLeastSignificantBits());
        return words[at] != 0 || words[at + 1] != 0;
    }

    int size() {
        return size;
    }

    /** How many ids the test is true of. */
    long count(Predicate<UUID> test) {
        long count = 0;
        for (int at = 0; at < words.length; at += 2) {
            boolean used = words[at] != 0 || words[at + 1] != 0;
            if (used && test.test(new UUID(words[at], words[at + 1]))) {
                count++;
            }
        }
        return count;
    }

    private void grow() {
        long[] larger = new long[2 * words.length];
        for (int at = 0; at < words.length; at += 2) {
            if (words[at] != 0 || words[at + 1] != 0) {
                put(larger, words[at], words[at + 1]);
            }
        }
        words = larger;
    }

    private static boolean put(long[] table, long most, long least) {
        int at = find(table, most, least);
        if (table[at] == most && table[at + 1] == least) {
            return false;
        }
        table[at] = most;
        table[at + 1] = least;
        return true;
    }

    /** The place of the id, or the free one where it would be put. */
    private static int find(long[] table, long most, long least) {
        long mixed = (most * 31 + least) * 0x9E37_79B9_7F4A_7C15L;
        int mask = table.length - 1;
        int at = (int) (mixed >>> 32) & mask & ~1;
        while ((table[at] != 0 || table[at + 1] != 0) && (table[at] != most || table[at + 1] != least)) {
            at = (at + 2) & mask;
        }
        return at;
    }
}
