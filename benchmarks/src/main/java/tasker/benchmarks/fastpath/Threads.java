package tasker.benchmarks.fastpath;

/** Start the threads of a benchmark. */
final class Threads {
    /** What a thread does. */
    interface Work {
        void run() throws Exception;
    }

    private Threads() {}

    static Thread start(Work work) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
