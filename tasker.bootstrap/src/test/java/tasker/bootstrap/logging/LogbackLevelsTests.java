package tasker.bootstrap.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.InvalidValueException;
import tasker.nativecore.LogLevels;
import tasker.nativecore.LoggerLevel;

class LogbackLevelsTests {
    private final LoggerContext context = new LoggerContext();
    private final LogbackLevels levels = new LogbackLevels(context);

    @Test
    void aLevelIsInheritedUntilItIsSetAndAgainWhenItIsTakenBack() {
        levels.set("root", Optional.of("warn"));
        ch.qos.logback.classic.Logger deep = context.getLogger("com.example.deep");

        assertThat(deep.isInfoEnabled()).isFalse();
        assertThat(levels.set("com.example", Optional.of("info")))
                .isEqualTo(new LoggerLevel("com.example", Optional.of("info"), "info"));
        assertThat(deep.isInfoEnabled()).isTrue();
        assertThat(levels.of("com.example.deep.er"))
                .isEqualTo(new LoggerLevel("com.example.deep.er", Optional.empty(), "info"));
        assertThat(levels.set("com.example", Optional.empty()).effectiveLevel()).isEqualTo("warn");
        assertThat(deep.isInfoEnabled()).isFalse();
    }

    @Test
    void askingMakesNoLogger() {
        levels.of("com.nobody");

        assertThat(context.exists("com.nobody")).isNull();
        assertThat(levels.all()).extracting(LoggerLevel::name).containsExactly(LogLevels.ROOT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a..b", ".a", "a b", "a\nb", "com/example"})
    void aNameThatIsNoneIsRefused(String name) {
        assertThatThrownBy(() -> levels.set(name, Optional.of("info")))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("logger");
    }

    @Test
    void aLevelThatIsNoneIsRefusedAndSoIsARootThatInherits() {
        assertThatThrownBy(() -> levels.set("root", Optional.of("loud")))
                .hasMessageContaining("expected trace, debug, info, warn, error, off");
        assertThatThrownBy(() -> levels.set("ROOT", Optional.empty()))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("nothing to inherit");
    }

    @Test
    void aLoggerThatTheNextSettingsDoNotNameInheritsAgain() {
        LogSettings first = new LogSettings(Level.WARN, LogFormat.PLAIN, Map.of("a", Level.DEBUG, "b", Level.TRACE));
        LogSettings next = new LogSettings(Level.INFO, LogFormat.PLAIN, Map.of("b", Level.ERROR));

        Logging.apply(levels, LogSettings.QUIET, first);
        assertThat(context.getLogger("a").getLevel()).isEqualTo(Level.DEBUG);
        Logging.apply(levels, first, next);

        assertThat(context.getLogger("a").getLevel()).isNull();
        assertThat(context.getLogger("a").getEffectiveLevel()).isEqualTo(Level.INFO);
        assertThat(context.getLogger("b").getLevel()).isEqualTo(Level.ERROR);
    }

    @Test
    void aLoggerOfJavaUtilLoggingFollows() {
        java.util.logging.Logger driver = java.util.logging.Logger.getLogger("tasker.test.driver");

        JulBridge.follow("tasker.test.driver", Optional.of(Level.DEBUG));
        assertThat(driver.isLoggable(java.util.logging.Level.FINE)).isTrue();
        assertThat(driver.isLoggable(java.util.logging.Level.FINER)).isFalse();
        JulBridge.follow("tasker.test.driver", Optional.empty());
        assertThat(driver.isLoggable(java.util.logging.Level.FINE)).isFalse();
    }
}
