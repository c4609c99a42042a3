package tasker.nativecore.lifecycle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.WorkerContext;
import tasker.nativecore.guard.Foreign;

/**
 * Keep the services that were started, and close them in reverse order, each exactly once; safe for use by many
 * threads.
 */
public final class ServiceStack {
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Deque<ManagedService> started = new ArrayDeque<>();
    private final Consumer<ManagedService> beforeClose;
    private final Consumer<ManagedService> afterClose;

    /**
     * Start empty.
     *
     * @param beforeClose is called before a service is closed, so that nobody asks it any more
     * @param afterClose is called after it was closed
     */
    public ServiceStack(Consumer<ManagedService> beforeClose, Consumer<ManagedService> afterClose) {
        this.beforeClose = beforeClose;
        this.afterClose = afterClose;
    }

    /** Whether the current thread is closing a service, and so must not wait for the closing of all. */
    public static boolean isClosingThread() {
        return BoundedClose.isCurrentThread();
    }

    /** Start a service; from now on it is closed with the others, even when its start fails. */
    public void start(ManagedService service, WorkerContext context) throws Exception {
        synchronized (started) {
            started.push(service);
        }
        Foreign.run(service.service(), () -> service.service().start(context));
    }

    /** Close one service out of turn, unless it was closed before. */
    public void close(ManagedService service, long nanos) {
        boolean mine;
        synchronized (started) {
            mine = started.remove(service);
        }
        if (mine) {
            closeOne(service, nanos);
        }
    }

    /**
     * Close these services, the last one started first, before the deadline, as {@link #closeAll} does; tells which did
     * not end and were left behind.
     */
    public List<String> close(Collection<ManagedService> services, long deadlineNanos) {
        List<ManagedService> order = new ArrayList<>();
        synchronized (started) {
            for (ManagedService service : started) {
                if (services.contains(service)) {
                    order.add(service);
                }
            }
            started.removeAll(order);
        }
        List<String> leftBehind = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            long left = deadlineNanos - System.nanoTime();
            if (!closeOne(order.get(i), Math.max(LEAST_NANOS, i == order.size() - 1 ? left : left / 2))) {
                leftBehind.add(order.get(i).name());
            }
        }
        return leftBehind;
    }

    /**
     * Close every service, the last one started first, before the deadline.
     *
     * <p>Each may take half of the time that is left, the last one all of it, so that one which hangs leaves time to
     * those after it; each has at least a quarter of a second.
     */
    public void closeAll(long deadlineNanos) {
        for (ManagedService next = pop(); next != null; next = pop()) {
            long left = deadlineNanos - System.nanoTime();
            closeOne(next, Math.max(LEAST_NANOS, isEmpty() ? left : left / 2));
        }
    }

    private boolean closeOne(ManagedService service, long nanos) {
        beforeClose.accept(service);
        boolean closed = BoundedClose.close(service.name(), service.service(), nanos);
        afterClose.accept(service);
        return closed;
    }

    private @Nullable ManagedService pop() {
        synchronized (started) {
            return started.poll();
        }
    }

    private boolean isEmpty() {
        synchronized (started) {
            return started.isEmpty();
        }
    }
}
