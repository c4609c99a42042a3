package tasker.bootstrap.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.TaskerException;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.json.Json;

class LogLineTests {
    private final LoggingEvent event = event("event=step_failed reason=\"odd\"\nsecond");

    @Test
    void aPlainLineShowsTimeLevelThreadLoggerMessageAndContext() {
        assertThat(PlainLine.of(event))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.123\\S+ WARN  \\[main] Steps: event=step_failed"
                        + " reason=\"odd\"\\\\nsecond step_id=7 worker_id=w-1");
    }

    @Test
    void whatOthersWroteForgesNoPlainLineAndSteersNoTerminal() {
        LoggingEvent forged = event("handler=a\r\nb\tc\u001b[31m\u2028d\u0085", Map.of("correlation_id", "x\ny"));
        forged.setThrowableProxy(new ThrowableProxy(new IllegalStateException("red \u001b[31m")));

        assertThat(PlainLine.of(forged).lines().toList())
                .satisfies(lines -> assertThat(lines.getFirst())
                        .endsWith("handler=a\\r\\nb\\tc\\u001b[31m\\u2028d\\u0085 correlation_id=x\\ny"))
                .satisfies(lines -> assertThat(lines.get(1)).endsWith("red \\u001b[31m"));
    }

    @Test
    void aLineThatIsVeryLongIsCutAndSaysHowMuch() {
        LoggingEvent large = event("reason=" + "x".repeat(1_000_000), Map.of("worker_id", "w-1"));

        assertThat(PlainLine.of(large)).hasSizeLessThan(17_000).endsWith("x… (983,623 more characters) worker_id=w-1");
        assertThat(String.valueOf(Json.object(JsonLine.of(large)).get("message")))
                .hasSizeLessThan(17_000)
                .endsWith("x… (983,623 more characters)");
        assertThat(LogText.cut("😀".repeat(LogText.MAX_LENGTH)).codePoints())
                .as("no half of a character")
                .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    @Test
    void aJsonLineIsOneObjectOnOneLine() {
        String line = JsonLine.of(event);

        assertThat(line).doesNotContain("\n");
        assertThat(Json.object(line))
                .containsEntry("level", "WARN")
                .containsEntry("logger", "tasker.nativecore.Steps")
                .containsEntry("message", "event=step_failed reason=\"odd\"\nsecond")
                .containsEntry("worker_id", "w-1")
                .containsEntry("timestamp", "2026-11-23T10:00:00.123Z");
    }

    @Test
    void anExceptionIsShownWithItsPlace() {
        LoggingEvent failed = event("oops");
        failed.setThrowableProxy(new ThrowableProxy(new IllegalStateException("broken")));

        assertThat(PlainLine.of(failed)).contains("IllegalStateException: broken", "at ");
        assertThat(String.valueOf(Json.object(JsonLine.of(failed)).get("exception")))
                .contains("broken");
    }

    @Test
    void levelAndFormatAreSettings() {
        Configuration configuration = Configuration.builder()
                .flag("logging.level", "debug", "--set")
                .flag("logging.format", "json", "--set")
                .build();

        assertThat(LogSettings.of(configuration.section(LogSettings.SECTION), Level.WARN))
                .isEqualTo(new LogSettings(Level.DEBUG, LogFormat.JSON));
    }

    @Test
    void loggersMayHaveLevelsOfTheirOwn() {
        Configuration configuration = Configuration.builder()
                .flag("logging.levels", "tasker.events.pgmq=debug, com.zaxxer.hikari = warn", "--set")
                .build();

        assertThat(LogSettings.of(configuration.section(LogSettings.SECTION), Level.INFO)
                        .levels())
                .isEqualTo(Map.of("tasker.events.pgmq", Level.DEBUG, "com.zaxxer.hikari", Level.WARN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"debug", "a=loud", "a b=info", "a=info,a=warn", "a=info,"})
    void levelsThatAreNoneAreRefused(String text) {
        Configuration wrong =
                Configuration.builder().flag("logging.levels", text, "--set").build();

        assertThatThrownBy(() -> wrong.section(LogSettings.SECTION))
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-C104 'logging.levels'");
    }

    @Test
    void withoutALevelTheCommandChooses() {
        Configuration nothing = Configuration.builder().build();

        assertThat(LogSettings.of(nothing.section(LogSettings.SECTION), Level.ERROR))
                .isEqualTo(new LogSettings(Level.ERROR, LogFormat.PLAIN));
    }

    @Test
    void anUnknownLevelIsRefusedWithThoseThereAre() {
        Configuration wrong =
                Configuration.builder().flag("logging.level", "loud", "--set").build();

        assertThatThrownBy(() -> wrong.section(LogSettings.SECTION))
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-C104")
                .hasMessageContaining("trace, debug, info, warn, error, off");
    }

    private static LoggingEvent event(String message) {
        return event(message, Map.of("worker_id", "w-1", "step_id", "7"));
    }

    private static LoggingEvent event(String message, Map<String, String> context) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerContext(new LoggerContext());
        event.setLoggerName("tasker.nativecore.Steps");
        event.setLevel(Level.WARN);
        event.setThreadName("main");
        event.setMessage(message);
        event.setInstant(Instant.parse("2026-11-23T10:00:00.123Z"));
        event.setMDCPropertyMap(context);
        return event;
    }
}
