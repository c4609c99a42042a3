package tasker.testkit;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Count the threads that a call makes: each asks the thread that makes it for the values that it inherits.
 *
 * <p>For use by one thread.
 */
final class ThreadCount {
    private final AtomicInteger made = new AtomicInteger();
    private final InheritableThreadLocal<Boolean> marked = new InheritableThreadLocal<>() {
        @Override
        protected @Nullable Boolean childValue(@Nullable Boolean ofParent) {
            made.incrementAndGet();
            return ofParent;
        }
    };

    int during(Runnable call) {
        marked.set(true);
        try {
            call.run();
            return made.get();
        } finally {
            marked.remove();
        }
    }
}
