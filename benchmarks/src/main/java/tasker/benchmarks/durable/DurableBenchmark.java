package tasker.benchmarks.durable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import tasker.nativecore.WorkerSystem;

/** Run. */
final class DurableBenchmark {
    private DurableBenchmark() {}

    public static void main(String[] args) throws Exception {
        int rounds = Integer.getInteger("rounds", 3);
        long warm = TimeUnit.MILLISECONDS.toNanos(Integer.getInteger("warm", 400));
        long span = TimeUnit.MILLISECONDS.toNanos(Integer.getInteger("span", 1_200));
        Pattern only = Pattern.compile(System.getProperty("only", ".*"));
        int peerPool = Integer.getInteger("peerpool", 32);
        List<String> settings = new ArrayList<>();
        for (String s : args) {
            Collections.addAll(settings, s.split("=", 2));
        }
        try (Server server = new Server();
                WorkerSystem worker = TaskerContender.start(server, settings.toArray(String[]::new))) {
            System.out.println(server.description() + "  sample " + SampleEvent.nextMessage().length());
            List<Cell> cells = new ArrayList<>();
            int[] callers = {1, 8, 64, 256, 1024};
            Contender publish = new TaskerContender(server, worker, TaskerContender.Form.PUBLISH);
            Contender send = new SendContender(server, peerPool);
            Contender dbs = new DbSchedulerContender(server, peerPool);
            Contender jr = new JobRunrContender(server, peerPool);
            for (int n : callers) {
                for (Contender c : List.of(publish, send, dbs, jr)) {
                    add(cells, only, c, n);
                }
            }
            add(cells, only, new TaskerContender(server, worker, TaskerContender.Form.ASYNC), 2);
            add(cells, only, new TaskerContender(server, worker, TaskerContender.Form.PUBLISH_ALL), 8);
            for (RawContender.Way way : RawContender.Way.values()) {
                add(cells, only, new RawContender(server, way, 1), 1);
                add(cells, only, new RawContender(server, way, 2), 2);
            }
            Random random = new Random(7);
            for (Cell cell : cells) {
                new Load(cell.contender, cell.callers).run(warm, span / 2);
            }
            for (int round = 0; round < rounds; round++) {
                List<Cell> order = new ArrayList<>(cells);
                Collections.shuffle(order, random);
                for (Cell cell : order) {
                    cell.results.add(new Load(cell.contender, cell.callers).run(warm, span));
                }
            }
            for (Cell cell : cells) {
                System.out.printf("%-40s %5d  %8.0f [%8.0f-%8.0f]  p50 %7.2f p99 %7.2f ms%n", cell.contender.name(), cell.callers,
                        cell.rate().median(), cell.rate().least(), cell.rate().most(), cell.p50Millis().median(), cell.p99Millis().median());
            }
        }
        System.exit(0);
    }

    private static void add(List<Cell> cells, Pattern only, Contender contender, int callers) {
        if (only.matcher(contender.name() + " " + callers).find()) {
            cells.add(new Cell(contender, callers));
        }
    }
}
