package tasker.nativecore.testkit;

import java.util.concurrent.CompletableFuture;

/** Run things at the same time, each on a thread of its own, however few processors there are. */
public final class Background {
    private Background() {}

    /** Run this on a thread of its own. */
    public static CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, each -> Thread.ofVirtual().start(each));
    }
}
