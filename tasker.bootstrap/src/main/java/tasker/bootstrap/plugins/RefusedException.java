package tasker.bootstrap.plugins;

import org.jspecify.annotations.Nullable;
import tasker.events.api.TaskerException;

/** Report that a plugin is refused. A retry helps only after its jars have changed. */
final class RefusedException extends TaskerException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    RefusedException(String code, String cause, String remedy) {
        this(code, cause, remedy, null);
    }

    RefusedException(String code, String cause, String remedy, @Nullable Throwable thrown) {
        this(new Refusal(code, cause, remedy), thrown);
    }

    RefusedException(Refusal refusal, @Nullable Throwable thrown) {
        super(refusal.code(), refusal.cause() + "; " + refusal.remedy(), thrown);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
