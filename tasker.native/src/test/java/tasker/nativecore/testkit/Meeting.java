package tasker.nativecore.testkit;

import java.util.concurrent.CountDownLatch;

/**
 * Let a test and the code of a plugin that was compiled for it wait for each other: the plugin finds the latches among
 * the system's properties, under {@code name + ".begun"} and {@code name + ".release"}.
 */
public final class Meeting implements AutoCloseable {
    private final String name;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    /** Meet under this name. */
    public Meeting(String name) {
        this.name = name;
        System.getProperties().put(name + ".begun", begun);
        System.getProperties().put(name + ".release", release);
    }

    /** The statements of the plugin: it has come, and waits. */
    public static String waitingAt(String name) {
        return """
                ((java.util.concurrent.CountDownLatch) System.getProperties().get("%1$s.begun")).countDown();
                ((java.util.concurrent.CountDownLatch) System.getProperties().get("%1$s.release")).await();
                """.formatted(name);
    }

    /** Wait until the plugin has come. */
    public void awaitBegun() throws InterruptedException {
        Latches.await(begun);
    }

    /** Let the plugin go on. */
    public void release() {
        release.countDown();
    }

    @Override
    public void close() {
        release();
        System.getProperties().remove(name + ".begun");
        System.getProperties().remove(name + ".release");
    }
}
