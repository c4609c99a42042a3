package tasker.nativecore.json;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.StepResult;

/** Hold the annotations of the few records that the general rules do not fit. */
final class Mixins {
    private Mixins() {}

    /** {@code native} is a keyword of Java. */
    interface OfHealthCheck {
        @JsonProperty("native")
        Map<String, @Nullable Object> nativeLayer();
    }

    /** The two endings of a step are told apart by {@code status}. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "status")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = StepResult.Success.class, name = "success"),
        @JsonSubTypes.Type(value = StepResult.Failure.class, name = "failure")
    })
    interface OfStepResult {}

    /** A password is never written. */
    interface OfDatabaseSettings {
        @JsonIgnore
        Optional<String> password();
    }
}
