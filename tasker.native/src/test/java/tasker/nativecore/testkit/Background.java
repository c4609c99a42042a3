package tasker.nativecore.testkit;

import java.util.concurrent.CompletableFuture;

/**
 * Run things at the same time, each on a thread of the system, which shares one processor even with those that never
 * wait.
 */
public final class Background {
    private Background() {}

    /** Run this on a thread of its own. */
    public static CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(
                task, each -> Thread.ofPlatform().daemon().start(each));
    }
}
