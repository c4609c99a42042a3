package tasker.bootstrap.process;

import java.lang.reflect.Proxy;

/**
 * Hear signals of the operating system: those that would end the Java virtual machine, and that of the terminal's size.
 *
 * <p>Uses {@code sun.misc.Signal} of module {@code jdk.unsupported}, by reflection, because the compiler warns of its
 * name: a shutdown hook, the supported way, cannot tell a second Ctrl-C from the first, nor choose the exit code.
 */
public final class Signals {
    private Signals() {}

    /** Deliver every {@link StopSignal} to this request from now on; where that is impossible, they end the process. */
    public static void deliverTo(StopRequest request) {
        for (StopSignal signal : StopSignal.values()) {
            // Where it is not heard it keeps its default, which is to end the process.
            handle(signal.name(), () -> request.request(signal));
        }
    }

    /**
     * Do this whenever the terminal has got another size, on a thread of its own; whether that will be heard.
     *
     * @param action replaces the one before
     */
    public static boolean onResize(Runnable action) {
        return handle("WINCH", action);
    }

    /** Without the module, on another system or under -Xrs a signal cannot be heard. */
    private static boolean handle(String signal, Runnable action) {
        try {
            Class<?> type = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        if (method.getDeclaringClass() == Object.class) {
                            return method.invoke(signal, arguments);
                        }
                        action.run();
                        return null;
                    });
            type.getMethod("handle", type, handlerType)
                    .invoke(null, type.getConstructor(String.class).newInstance(signal), handler);
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException ignored) {
            return false;
        }
    }
}
