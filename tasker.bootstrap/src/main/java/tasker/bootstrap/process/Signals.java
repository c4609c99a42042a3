package tasker.bootstrap.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Bring the signals of the operating system to a {@link StopRequest}, instead of ending the Java virtual machine.
 *
 * <p>Uses {@code sun.misc.Signal} of module {@code jdk.unsupported}, by reflection, because the compiler warns of its
 * name: a shutdown hook, the supported way, cannot tell a second Ctrl-C from the first, nor choose the exit code.
 */
public final class Signals {
    private Signals() {}

    /** Deliver every {@link StopSignal} to this request from now on; where that is impossible, they end the process. */
    public static void deliverTo(StopRequest request) {
        for (StopSignal signal : StopSignal.values()) {
            try {
                handle(signal, request);
            } catch (ReflectiveOperationException | IllegalArgumentException ignored) {
                // Without the module, on another system or under -Xrs the signal keeps its default: it ends the
                // process.
            }
        }
    }

    private static void handle(StopSignal signal, StopRequest request) throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object handler = Proxy.newProxyInstance(
                Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.invoke(signal, arguments);
                    }
                    request.request(signal);
                    return null;
                });
        try {
            type.getMethod("handle", type, handlerType)
                    .invoke(null, type.getConstructor(String.class).newInstance(signal.name()), handler);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause());
        }
    }
}
