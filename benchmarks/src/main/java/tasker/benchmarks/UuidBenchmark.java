package tasker.benchmarks;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tasker.events.api.UuidV7;

/**
 * Measure the cost of one identifier, beside the JDK's and the best-known library's; run with {@code -t 1} and
 * {@code -t 2}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class UuidBenchmark {
    private final TimeBasedEpochGenerator javaUuidGenerator = Generators.timeBasedEpochGenerator();

    /** Ours. */
    @Benchmark
    public UUID tasker() {
        return UuidV7.next();
    }

    /** The peer: version 7 too, behind a lock. */
    @Benchmark
    public UUID javaUuidGenerator() {
        return javaUuidGenerator.generate();
    }

    /** What most programs use: version 4, from a shared secure generator. */
    @Benchmark
    public UUID randomUuid() {
        return UUID.randomUUID();
    }

    /** The limit: the clock that every version 7 must read. */
    @Benchmark
    public Instant clockAlone() {
        return Instant.now();
    }
}
