package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.WorkerContext;
import tasker.events.api.spi.WorkerService;

/**
 * Test the life that all services share, as {@link WorkerService} promises it.
 *
 * <p>Not tested, since it is the worker's to keep: how often and on which thread it calls, and what it does with what a
 * service throws. Not testable in general: that a constructor is quick, and that the close lets go of more than
 * threads, such as files and connections.
 *
 * @param <S> the service
 */
public abstract class WorkerServiceContract<S extends WorkerService> {
    private final List<S> started = new ArrayList<>();

    /** For subclasses. */
    protected WorkerServiceContract() {}

    /** Make a service as {@link java.util.ServiceLoader} would, which has not started. */
    protected abstract S create();

    /** The context that a service is started with; with the defaults of its settings unless this is overridden. */
    protected WorkerContext context(S service) {
        return TestWorkerContext.of(service);
    }

    /** The class that stands in the module's {@code provides}; that of the service unless this is overridden. */
    protected Class<?> providerClass() {
        return create().getClass();
    }

    /** How long to wait for what must come to pass; a time that only a failure reaches. */
    protected Duration patience() {
        return Duration.ofSeconds(30);
    }

    /** Make a service and start it; it is closed after the test. */
    protected final S start() throws Exception {
        S service = create();
        started.add(service);
        service.start(context(service));
        return service;
    }

    /** Close a service that {@link #start} has started, before the test ends. */
    protected final void close(S service) throws Exception {
        started.removeIf(other -> isSame(other, service));
        service.close();
    }

    /** Wait for what other threads do. */
    final Waiting waiting() {
        return new Waiting(patience());
    }

    @AfterEach
    final void closeAll() throws Exception {
        for (S service : List.copyOf(started).reversed()) {
            close(service);
        }
    }

    /** {@link WorkerService#name}: 1 to 64 lower-case letters, digits and {@code -}, starting with a letter. */
    @Test
    public void theNameIsWellFormed() {
        assertThat(create().name()).matches("[a-z][a-z0-9-]{0,63}");
    }

    /** {@link WorkerService#name}: called at any time, before the start too; always the same. */
    @Test
    public void theNameIsAlwaysTheSame() throws Exception {
        S service = create();
        started.add(service);
        String before = service.name();
        service.start(context(service));
        String after = service.name();
        close(service);

        assertThat(List.of(before, after, service.name())).containsOnly(create().name());
    }

    /** {@link SettingKey}: names are unique within a section. */
    @Test
    public void eachSettingIsDeclaredOnce() {
        assertThat(create().settings()).map(SettingKey::name).doesNotHaveDuplicates();
    }

    /** {@link WorkerService#settings}: a worker whose configuration says nothing starts with the defaults. */
    @Test
    public void theDefaultOfEachSettingIsAccepted() {
        for (SettingKey<?> key : create().settings()) {
            assertThatCode(() -> key.parse(key.defaultText()))
                    .as("the default '%s' of '%s'", key.defaultText(), key.name())
                    .doesNotThrowAnyException();
        }
    }

    /** {@link WorkerService#checkSettings}: refuses only what does not fit together. */
    @Test
    public void itsOwnSettingsFitTogether() {
        S service = create();

        assertThatCode(() -> service.checkSettings(context(service).settings())).doesNotThrowAnyException();
    }

    /** {@link WorkerService}: a public no-argument constructor or a public static {@code provider()} method. */
    @Test
    public void theWorkerCanMakeIt() {
        Class<?> type = providerClass();
        Stream<Constructor<?>> constructors = Stream.of(type.getConstructors());
        Stream<Method> methods = Stream.of(type.getMethods());

        assertThat(Modifier.isPublic(type.getModifiers()))
                .as("%s is public", type)
                .isTrue();
        assertThat(constructors.anyMatch(each -> each.getParameterCount() == 0)
                        || methods.anyMatch(WorkerServiceContract::isProvider))
                .as("%s has a public constructor without arguments, or a public static method provider()", type)
                .isTrue();
    }

    /** {@link WorkerService}: constructors are free of side effects. */
    @Test
    public void constructorsMakeNoThread() {
        create();
        ThreadCount made = new ThreadCount();

        assertThat(made.during(this::create)).as("threads that it makes").isZero();
    }

    /** {@link WorkerService#close}: called once after the start was called, whether that succeeded or not. */
    @Test
    public void closesAfterAStartThatFailed() throws Exception {
        S service = create();
        try {
            service.start(new UselessContext());
        } catch (Exception ignored) {
            // As it should, unless it needs nothing of the worker.
        }

        assertThatCode(service::close).doesNotThrowAnyException();
    }

    /** {@link WorkerService#close}: let go of everything. Threads that all of a library share are made before. */
    @Test
    public void closeEndsItsThreads() throws Exception {
        close(start());
        Set<Thread> before = threads();
        S service = start();
        Set<Thread> ofService = threads();
        ofService.removeAll(before);
        close(service);

        waiting()
                .until(
                        "threads of the service have ended: " + ofService,
                        () -> ofService.stream().noneMatch(Thread::isAlive));
    }

    /** The threads of this one's group; those that the virtual machine makes for all are in groups of its own. */
    private static Set<Thread> threads() {
        ThreadGroup own = Thread.currentThread().getThreadGroup();
        Set<Thread> threads = new HashSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            ThreadGroup group = thread.getThreadGroup();
            if (group != null && own.parentOf(group)) {
                threads.add(thread);
            }
        }
        return threads;
    }

    private static boolean isProvider(Method method) {
        return method.getName().equals("provider")
                && method.getParameterCount() == 0
                && Modifier.isStatic(method.getModifiers())
                && WorkerService.class.isAssignableFrom(method.getReturnType());
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Object one, Object other) {
        return one == other;
    }
}
