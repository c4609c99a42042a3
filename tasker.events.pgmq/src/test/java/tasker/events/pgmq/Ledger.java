package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.HealthStatus;

/** Read what a {@link Writer} wrote down, as far as it has come, and compare it with what is in the database. */
final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final Path file;
    private final Map<String, Account> events = new HashMap<>();
    private final List<String> failures = new ArrayList<>();
    private long position;
    private int returned;
    private int unknown;
    private long slowestMillis;
    private String health = "";
    private int healthChecks;
    private final List<Long> heap = new ArrayList<>();

    Ledger(Path file) {
        this.file = file;
    }

    /** What is known of one event. */
    private static final class Account {
        private boolean returned;
        private boolean refused;
        private int unknown;

        /** How often it must be there at least. */
        int least() {
            return returned ? 1 : 0;
        }

        /** How often it may be there at most; a call without an end was cut off with its process. */
        int most() {
            return unknown + (refused ? 0 : 1);
        }
    }

    /**
     * What was counted.
     *
     * @param published events that a caller began to publish
     * @param returned calls that returned
     * @param refused calls that failed and wrote nothing
     * @param unknown calls that failed and may have written
     * @param found events that are there
     * @param duplicates how many of them are there once more than they should, as was announced
     * @param slowestMillis the longest call
     */
    record Tally(
            int published, int returned, int refused, int unknown, int found, int duplicates, long slowestMillis) {}

    /** Read on. */
    Ledger read() throws IOException {
        byte[] more;
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(position);
            more = in.readAllBytes();
        }
        int end = more.length;
        while (end > 0 && more[end - 1] != '\n') {
            end--;
        }
        position += end;
        new String(more, 0, end, StandardCharsets.UTF_8).lines().forEach(this::take);
        return this;
    }

    private void take(String line) {
        String[] parts = line.split(" ", 5);
        switch (parts[0]) {
            case "B" -> events.put(parts[1], new Account());
            case "R" -> {
                account(parts[1]).returned = true;
                returned++;
                slowestMillis = Math.max(slowestMillis, Long.parseLong(parts[2]));
            }
            case "F" -> {
                slowestMillis = Math.max(slowestMillis, Long.parseLong(parts[2]));
                failures.add(parts[4]);
                if (Boolean.parseBoolean(parts[3])) {
                    account(parts[1]).unknown++;
                    unknown++;
                } else {
                    account(parts[1]).refused = true;
                }
            }
            case "H" -> {
                health = line.substring(2);
                healthChecks++;
            }
            case "M" -> heap.add(Long.parseLong(parts[1]));
            default -> throw new AssertionError(line);
        }
    }

    private Account account(String id) {
        return Optional.ofNullable(events.get(id)).orElseThrow();
    }

    int returned() {
        return returned;
    }

    /** The messages of the calls that failed, in their order. */
    List<String> failures() {
        return failures;
    }

    /** How many calls have begun and not ended, of callers that publish once. */
    int underWay() {
        return events.size() - returned - failures.size();
    }

    /** How many times a caller was told that its event may have been written. */
    int unknown() {
        return unknown;
    }

    boolean isHealth(HealthStatus status) {
        return health.startsWith(status + " ");
    }

    /** The last health, with its message. */
    String health() {
        return health;
    }

    int healthChecks() {
        return healthChecks;
    }

    /** What was in use after each collection that was ordered, in bytes. */
    List<Long> heap() {
        return heap;
    }

    /**
     * Hold what was promised against what is there: what returned is there, once, or once more for each time that its
     * caller was told that it may have been written; what was refused is not; nothing else is; and every caller had its
     * answer in time.
     *
     * @param found the ids of all the events that are there
     * @param bound of a call, in milliseconds
     */
    Tally check(List<String> found, long bound) {
        Map<String, Integer> times =
                found.stream().collect(Collectors.toMap(Function.identity(), id -> 1, Integer::sum, HashMap::new));
        assertThat(events.keySet()).as("nobody else published").containsAll(times.keySet());
        int duplicates = 0;
        for (Map.Entry<String, Account> entry : events.entrySet()) {
            int there = times.getOrDefault(entry.getKey(), 0);
            assertThat(there)
                    .as("times that event " + entry.getKey() + " is there")
                    .isBetween(entry.getValue().least(), entry.getValue().most());
            duplicates += Math.max(0, there - 1);
        }
        assertThat(slowestMillis).as("milliseconds of the slowest call").isLessThan(bound + 30_000);
        Tally tally = new Tally(
                events.size(), returned, failures.size() - unknown, unknown, times.size(), duplicates, slowestMillis);
        LOG.info("{}", tally);
        return tally;
    }
}
