package tasker.nativecore.guard;

import org.jspecify.annotations.Nullable;

/**
 * Run code of a service with the service's class loader as the thread's context class loader, and put the former one
 * back.
 *
 * <p>Libraries that look classes up by the context class loader then find those of the plugin they were shipped with.
 */
public final class Foreign {
    private Foreign() {}

    /** Call the service, whose class loader is set meanwhile. */
    public static <T extends @Nullable Object, E extends Exception> T call(Object service, Call<T, E> call) throws E {
        return with(service.getClass().getClassLoader(), call);
    }

    /** Make a call with this class loader. */
    public static <T extends @Nullable Object, E extends Exception> T with(
            @Nullable ClassLoader loader, Call<T, E> call) throws E {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return call.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Run an action of the service, whose class loader is set meanwhile. */
    public static <E extends Exception> void run(Object service, Action<E> action) throws E {
        Foreign.<Boolean, E>call(service, () -> {
            action.run();
            return Boolean.TRUE;
        });
    }

    /**
     * Return something, or throw.
     *
     * @param <T> what is returned
     * @param <E> what may be thrown
     */
    @FunctionalInterface
    public interface Call<T extends @Nullable Object, E extends Exception> {
        /** Make the call. */
        T call() throws E;
    }

    /**
     * Do something, or throw.
     *
     * @param <E> what may be thrown
     */
    @FunctionalInterface
    public interface Action<E extends Exception> {
        /** Do it. */
        void run() throws E;
    }
}
