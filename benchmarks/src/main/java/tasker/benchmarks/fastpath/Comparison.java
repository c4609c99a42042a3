package tasker.benchmarks.fastpath;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Measure the fast path beside its peers: each contestant in a process of its own, in rounds, in another order each
 * time, so that whatever else the machine does falls on all of them.
 */
public final class Comparison {
    private static final int ROUNDS = 5;
    private static final Path TABLE = Path.of("fast-path.md");

    private Comparison() {}

    /**
     * Measure, print the table and write it to {@code fast-path.md}; arguments: the number of rounds, then contestants
     * if not all.
     */
    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ROUNDS;
        Set<Contestant> chosen = new TreeSet<>();
        for (int i = 1; i < arguments.length; i++) {
            chosen.add(Contestant.valueOf(arguments[i]));
        }
        List<Contestant> contestants = new ArrayList<>(chosen.isEmpty() ? Contestant.all() : chosen);
        Figures figures = new Figures();
        Random random = new Random(rounds);
        for (int round = 1; round <= rounds; round++) {
            Collections.shuffle(contestants, random);
            for (Contestant contestant : contestants) {
                System.err.printf("round %d of %d: %s%n", round, rounds, contestant.title);
                trial(contestant, round, figures);
            }
        }
        String table = new Table(figures, rounds).toString();
        System.out.println(table);
        write(table);
    }

    private static void trial(Contestant contestant, int round, Figures figures) {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED", // Agrona needs it.
                "-cp",
                System.getProperty("java.class.path"),
                Trial.class.getName(),
                contestant.name());
        try {
            Process process =
                    builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
                lines.lines().forEach(line -> figures.add(contestant, round, line));
            }
            if (process.waitFor() != 0) {
                throw new IllegalStateException(contestant + " ended with " + process.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(String table) {
        try {
            Files.writeString(TABLE, table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
