package tasker.benchmarks.durable;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tasker.nativecore.WorkerSystem;

/**
 * Hold everyone who runs.
 *
 * @param published our {@code publish}, for each number of callers
 * @param peers for each peer the same
 * @param forms our other forms
 * @param limits what the table takes without any library, over as many connections as we have writers
 */
record Field(List<Cell> published, List<List<Cell>> peers, List<Cell> forms, List<Cell> limits) {
    private static final List<Integer> CALLERS = List.of(1, 8, 64, 256, 1_024);
    private static final int WRITERS = 2;

    static Field of(Server server, WorkerSystem worker, List<Contender> peers) throws SQLException {
        List<Cell> limits = new ArrayList<>();
        for (RawContender.Way way : RawContender.Way.values()) {
            limits.add(new Cell(new RawContender(server, way, WRITERS), WRITERS));
        }
        return new Field(
                forEachNumber(new TaskerContender(server, worker, TaskerContender.Form.PUBLISH)),
                peers.stream().map(Field::forEachNumber).toList(),
                List.of(
                        new Cell(new TaskerContender(server, worker, TaskerContender.Form.ASYNC), 2),
                        new Cell(new TaskerContender(server, worker, TaskerContender.Form.PUBLISH_ALL), 16)),
                limits);
    }

    private static List<Cell> forEachNumber(Contender contender) {
        return CALLERS.stream().map(callers -> new Cell(contender, callers)).toList();
    }

    /** All of them. */
    List<Cell> cells() {
        return Stream.of(published, peers.stream().flatMap(List::stream).toList(), forms, limits)
                .flatMap(List::stream)
                .toList();
    }

    /** The peer that was the fastest under this number of callers, by the median of all rounds. */
    Cell bestPeer(int number) {
        return peers.stream()
                .map(cells -> cells.get(number))
                .max((one, other) ->
                        Double.compare(one.rate().median(), other.rate().median()))
                .orElseThrow();
    }
}
